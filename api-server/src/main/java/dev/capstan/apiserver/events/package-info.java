/** Events: merged, kept for a day, in a lane of their own that drops rather than blocks. */
@NullMarked
package dev.capstan.apiserver.events;

import org.jspecify.annotations.NullMarked;
