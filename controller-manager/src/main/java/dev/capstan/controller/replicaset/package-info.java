/** Keeps the wanted number of equal pods. */
@NullMarked
package dev.capstan.controller.replicaset;

import org.jspecify.annotations.NullMarked;
