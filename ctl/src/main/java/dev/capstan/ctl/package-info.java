/** The capstan command. */
@NullMarked
package dev.capstan.ctl;

import org.jspecify.annotations.NullMarked;
