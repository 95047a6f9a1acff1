/** The store of tests: everything in memory, deterministic under the test's seam. */
@NullMarked
package dev.capstan.kvstore.memory;

import org.jspecify.annotations.NullMarked;
