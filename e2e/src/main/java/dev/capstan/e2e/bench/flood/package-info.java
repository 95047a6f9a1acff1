/** Clients that mean harm, in frames of their own: what a library would never send. */
@NullMarked
package dev.capstan.e2e.bench.flood;

import org.jspecify.annotations.NullMarked;
