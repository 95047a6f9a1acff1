/**
 * Collects what has lost its owners, and deletes owners in the order they ask for.
 *
 * <p>An owner that is gone is looked at once, with all its dependents: one read confirms that it is
 * lost, and they are deleted in portions.
 */
@NullMarked
package dev.capstan.controller.garbage;

import org.jspecify.annotations.NullMarked;
