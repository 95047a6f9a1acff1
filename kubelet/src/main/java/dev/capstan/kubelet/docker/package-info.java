/** The container runtime on Docker: the only package of Capstan that knows docker-java. */
@NullMarked
package dev.capstan.kubelet.docker;

import org.jspecify.annotations.NullMarked;
