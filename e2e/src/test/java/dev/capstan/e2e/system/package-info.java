/** What must hold with real processes, a real engine and a real store. */
@NullMarked
package dev.capstan.e2e.system;

import org.jspecify.annotations.NullMarked;
