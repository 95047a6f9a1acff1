/**
 * The watch cache: current objects and recent events of every kind, fed by one watch of the store.
 */
@NullMarked
package dev.capstan.apiserver.cache;

import org.jspecify.annotations.NullMarked;
