/** Watch streams: who follows what, from where, how fast. */
@NullMarked
package dev.capstan.apiserver.watch;

import org.jspecify.annotations.NullMarked;
