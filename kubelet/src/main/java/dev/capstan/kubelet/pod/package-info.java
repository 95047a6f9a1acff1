/** The life of a pod on its node: one virtual thread each, straight-line code. */
@NullMarked
package dev.capstan.kubelet.pod;

import org.jspecify.annotations.NullMarked;
