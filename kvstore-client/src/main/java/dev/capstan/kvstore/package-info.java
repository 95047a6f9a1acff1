/** KvStore: the only door to state. */
@NullMarked
package dev.capstan.kvstore;

import org.jspecify.annotations.NullMarked;
