/** System tests, simulation and benchmarks. */
@NullMarked
package dev.capstan.e2e;

import org.jspecify.annotations.NullMarked;
