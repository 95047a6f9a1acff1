/** Flags and arguments, read the way kubectl reads them. */
@NullMarked
package dev.capstan.ctl.args;

import org.jspecify.annotations.NullMarked;
