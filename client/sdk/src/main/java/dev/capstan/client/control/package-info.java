/**
 * Work queues, the controller runner and leader election.
 *
 * <p>Everything that reconciles has one shape: informers tell which keys changed, a queue coalesces
 * them, a pure {@code decide} turns a snapshot into actions, {@code apply} does them. See {@link
 * dev.capstan.client.control.ControllerRunner}.
 */
@NullMarked
package dev.capstan.client.control;

import org.jspecify.annotations.NullMarked;
