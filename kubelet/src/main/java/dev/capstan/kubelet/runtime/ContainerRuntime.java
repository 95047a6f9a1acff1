package dev.capstan.kubelet.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A container engine as one kubelet sees it.
 *
 * <p><b>The contract.</b> Containers are found by their {@link ContainerRef}: a deterministic name
 * plus labels that say cluster, node, pod, container and attempt. Nothing is remembered outside the
 * engine, so that the kubelet can be killed between any two calls, and in the middle of one, and go
 * on from what {@link #list} says. Every call may be repeated, and repeating it after any failure
 * leads to the same state as calling it once:
 *
 * <ul>
 *   <li>{@link #create} of a container that is there answers with it, whatever became of it
 *       meanwhile;
 *   <li>{@link #start} of a running or ended container does nothing: an attempt starts once;
 *   <li>{@link #signal} to a container that does not run, or is gone, does nothing;
 *   <li>{@link #remove} of a container that is gone does nothing.
 * </ul>
 *
 * A call that failed with {@link RuntimeFault.Kind#UNAVAILABLE} or {@link RuntimeFault.Kind#FAILED}
 * may have happened, or may still happen: ask again or repeat it. Calls on different containers do
 * not wait for each other. Every call ends in bounded time, but for {@link #logs} when it follows
 * and {@link #watch}, which end when they are interrupted.
 *
 * <p>A container that does not carry this cluster's and this node's identity <em>and</em> the
 * deterministic name is foreign: it is never listed, changed or removed. A container of ours that
 * somebody renamed is listed as {@link ContainerSummary#renamed()} and can be given its name back,
 * and nothing else, by {@link #restoreName}.
 */
public interface ContainerRuntime extends AutoCloseable {

  /** Asks the engine who it is; the cheapest call that shows that it answers. */
  EngineInfo info() throws RuntimeFault, InterruptedException;

  /**
   * Makes what containers need before the first create (the node's network); does nothing if it is
   * there.
   */
  void prepare() throws RuntimeFault, InterruptedException;

  /** What it cannot do on this machine, in sentences; known after {@link #prepare}. */
  default List<String> shortcomings() {
    return List.of();
  }

  /** All containers of this node, running or not, in no particular order. */
  List<ContainerSummary> list() throws RuntimeFault, InterruptedException;

  /**
   * One container in full; empty if there is none of that name, or only a foreign one. What was
   * reported to {@link #watch}, and what calls of this runtime did, is seen.
   */
  Optional<ContainerView> inspect(ContainerRef ref) throws RuntimeFault, InterruptedException;

  /** True if the engine has the image. */
  boolean hasImage(String image) throws RuntimeFault, InterruptedException;

  /**
   * Pulls an image and returns when it is there. Interrupting the thread gives up waiting.
   *
   * @throws RuntimeFault with {@link RuntimeFault.Kind#PULL_FAILED} and the engine's words
   */
  void pull(String image) throws RuntimeFault, InterruptedException;

  /**
   * Creates a container, or finds the one that an earlier call created.
   *
   * @throws RuntimeFault NO_IMAGE, INVALID (the engine refuses the specification) or CONFLICT (a
   *     foreign container has the name)
   */
  ContainerView create(ContainerSpec spec) throws RuntimeFault, InterruptedException;

  /**
   * Starts a created container.
   *
   * @throws RuntimeFault CANNOT_START (its command cannot be run; the attempt counts as ended),
   *     PORT_IN_USE, or GONE
   */
  void start(ContainerRef ref) throws RuntimeFault, InterruptedException;

  /**
   * Sends a signal to the container's first process.
   *
   * @return false if it does not run
   */
  boolean signal(ContainerRef ref, Signal signal) throws RuntimeFault, InterruptedException;

  /**
   * The last words of a container: the end, at most 4096 bytes, of what it has written into its
   * {@link ContainerSpec#messagePath}. None if it wrote nothing or is gone.
   */
  byte[] message(ContainerRef ref) throws RuntimeFault, InterruptedException;

  /** Removes a container, its last words and its anonymous volumes, killing it if it runs. */
  void remove(ContainerRef ref) throws RuntimeFault, InterruptedException;

  /** Gives a container of ours that was renamed its name back. */
  void restoreName(String id, ContainerRef ref) throws RuntimeFault, InterruptedException;

  /**
   * Runs a command in a running container and waits for its end.
   *
   * @param timeout how long to wait; afterwards {@link ExecResult#timedOut} is true and the command
   *     may still run
   * @throws RuntimeFault GONE if the container does not run
   */
  ExecResult exec(ContainerRef ref, List<String> command, Duration timeout)
      throws RuntimeFault, InterruptedException;

  /**
   * Sends a container's log to the sink, in the order it was written, and returns at its end; with
   * {@link LogQuery#follow} when the container ends.
   *
   * @throws RuntimeFault GONE if there is no such container
   */
  void logs(ContainerRef ref, LogQuery query, LogSink sink)
      throws RuntimeFault, InterruptedException;

  /**
   * Reports changes of this node's containers until the engine's stream breaks. Changes may be lost
   * (while the stream is down, or when it goes silent): {@link #list} from time to time.
   *
   * @param connected run once changes are being reported: what happens afterwards is not missed
   */
  void watch(Runnable connected, Consumer<ContainerChange> changes)
      throws RuntimeFault, InterruptedException;

  /** Removes every container of this node and its network, and nothing else. */
  void cleanUp() throws RuntimeFault, InterruptedException;

  @Override
  void close();
}
