/** Places pods on nodes. */
@NullMarked
package dev.capstan.scheduler;

import org.jspecify.annotations.NullMarked;
