/** The node itself: registration, status, heartbeat, network addresses, admission of pods. */
@NullMarked
package dev.capstan.kubelet.node;

import org.jspecify.annotations.NullMarked;
