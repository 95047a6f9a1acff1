/**
 * The controllers. Each has a package with a pure {@code decide(world, now)}, which turns a
 * snapshot at one version into a list of sealed actions, and a controller that reads the snapshot
 * and carries the actions out.
 */
@NullMarked
package dev.capstan.controller;

import org.jspecify.annotations.NullMarked;
