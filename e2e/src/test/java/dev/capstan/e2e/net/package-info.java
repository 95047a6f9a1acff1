/** Connections over real TCP, and what goes wrong on them. */
@NullMarked
package dev.capstan.e2e.net;

import org.jspecify.annotations.NullMarked;
