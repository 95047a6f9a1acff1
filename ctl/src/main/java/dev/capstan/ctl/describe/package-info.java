/** What describe prints, per kind. */
@NullMarked
package dev.capstan.ctl.describe;

import org.jspecify.annotations.NullMarked;
