/** Reads: never stale unless they say so. */
@NullMarked
package dev.capstan.apiserver.read;

import org.jspecify.annotations.NullMarked;
