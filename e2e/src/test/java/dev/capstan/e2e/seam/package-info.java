/** Guards the one seam: nothing but it waits for time, makes threads or rolls dice. */
@NullMarked
package dev.capstan.e2e.seam;

import org.jspecify.annotations.NullMarked;
