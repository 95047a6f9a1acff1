/** Notices silent nodes, marks them, and moves their pods. */
@NullMarked
package dev.capstan.controller.nodelifecycle;

import org.jspecify.annotations.NullMarked;
