/** One class per verb. */
@NullMarked
package dev.capstan.ctl.verb;

import org.jspecify.annotations.NullMarked;
