/**
 * The deterministic runner: a whole system on one carrier thread, in an order that a seed decides,
 * on a clock that advances when nothing can run.
 *
 * <pre>{@code
 * Simulation.run(42, sim -> {
 *   SimulatedProcess server = sim.process("server");
 *   startServer(server.seam());
 *   sim.seam().clock().sleep(Duration.ofHours(1)); // takes no time
 *   server.kill();
 * });
 * }</pre>
 *
 * <p>What must be given the simulation's seam: everything that starts threads, waits with a limit
 * or rolls dice. For gRPC in-process: {@code .executor(seam.threads().executor())} and {@code
 * .scheduledExecutorService(seam.threads().libraryTimers())} on both sides. The JVM needs {@code
 * --add-opens java.base/java.lang=ALL-UNNAMED}. One carrier is enough for code that never holds it:
 * a monitor across a wait, a native wait or a timed wait of the JDK's own is reported as a foreign
 * wake-up.
 */
@NullMarked
package dev.capstan.seam.sim;

import org.jspecify.annotations.NullMarked;
