/** The API as others see it. */
@NullMarked
package dev.capstan.e2e.api;

import org.jspecify.annotations.NullMarked;
