/** Benchmarks: each starts what it needs, checks what it did, and reports what it took. */
@NullMarked
package dev.capstan.e2e.bench;

import org.jspecify.annotations.NullMarked;
