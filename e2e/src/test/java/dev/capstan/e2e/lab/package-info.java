/** A cluster of real processes for system tests, and what is looked at around it. */
@NullMarked
package dev.capstan.e2e.lab;

import org.jspecify.annotations.NullMarked;
