/** Keeps the API readable by clients of an earlier build. */
@NullMarked
package dev.capstan.api.compatibility;

import org.jspecify.annotations.NullMarked;
