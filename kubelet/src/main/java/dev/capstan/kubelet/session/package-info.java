/** Logs of containers over streams that the kubelet opens: a node opens no port. */
@NullMarked
package dev.capstan.kubelet.session;

import org.jspecify.annotations.NullMarked;
