/** The API: messages, services and the vocabulary of kinds. */
@NullMarked
package dev.capstan.api;

import org.jspecify.annotations.NullMarked;
