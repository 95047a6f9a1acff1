/** The controller-manager against the real API server, in one JVM, in simulated time. */
@NullMarked
package dev.capstan.e2e.controllers;

import org.jspecify.annotations.NullMarked;
