/** The container runtime without containers: thousands of nodes in one process. */
@NullMarked
package dev.capstan.kubelet.simulated;

import org.jspecify.annotations.NullMarked;
