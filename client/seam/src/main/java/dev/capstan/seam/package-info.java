/** Clock, threads and randomness: the one place where time passes. */
@NullMarked
package dev.capstan.seam;

import org.jspecify.annotations.NullMarked;
