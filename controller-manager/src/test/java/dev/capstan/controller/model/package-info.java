/** A cluster in memory, for decisions and what they lead to. */
@NullMarked
package dev.capstan.controller.model;

import org.jspecify.annotations.NullMarked;
