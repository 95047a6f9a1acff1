/**
 * The one seam through which Capstan waits, forks and rolls dice.
 *
 * <p>Code blocks in straight lines on virtual threads. Whatever depends on time, on the order of
 * threads or on chance comes from a {@link dev.capstan.seam.Seam}: in production the JDK, in tests
 * one carrier whose order a seed decides.
 */
@NullMarked
package dev.capstan.seam;

import org.jspecify.annotations.NullMarked;
