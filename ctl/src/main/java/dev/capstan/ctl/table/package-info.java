/** The columns of each kind. */
@NullMarked
package dev.capstan.ctl.table;

import org.jspecify.annotations.NullMarked;
