/** Collects what has lost its owners, and deletes owners in the order they ask for. */
@NullMarked
package dev.capstan.controller.garbage;

import org.jspecify.annotations.NullMarked;
