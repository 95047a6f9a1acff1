/** The node: the only room that knows Docker. */
@NullMarked
package dev.capstan.kubelet;

import org.jspecify.annotations.NullMarked;
