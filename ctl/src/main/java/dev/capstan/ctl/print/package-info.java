/** What {@code get} and its relatives print: tables and the formats of -o. */
@NullMarked
package dev.capstan.ctl.print;

import org.jspecify.annotations.NullMarked;
