/**
 * What the stores that live inside this process share: the log of changes and the watches that read
 * it.
 */
@NullMarked
package dev.capstan.kvstore.local;

import org.jspecify.annotations.NullMarked;
