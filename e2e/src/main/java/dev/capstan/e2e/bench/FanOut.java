package dev.capstan.e2e.bench;

import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.Batch;
import dev.capstan.client.Connection;
import dev.capstan.client.ObjectType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Watchers of one API server, and writes that reach them. */
final class FanOut implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Streams over one connection: as few as leave no connection a bottleneck. */
  private static final int STREAMS = 50;

  /** Rounds that may be under way at once; divides the number of rounds until a pod's next turn. */
  private static final int WRITERS = 10;

  private final Run run;
  private final Cluster cluster;
  private final List<Pod> pods = new ArrayList<>();
  private final List<FrameLog> full = new ArrayList<>();
  private final List<FrameLog> indexed = new ArrayList<>();
  private final List<FrameLog> slow = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private final Map<Long, Long> sent = new HashMap<>();
  private final List<Double> acknowledged = new ArrayList<>();
  private final int[] writesOf;
  private final ReentrantLock lock = new ReentrantLock();
  private String last = "0";
  private long writes;
  private double slip;

  FanOut(Run run, Cluster cluster, int pods) throws InterruptedException {
    this.run = run;
    this.cluster = cluster;
    this.writesOf = new int[pods];
    create(pods);
  }

  /** Pod i is on node i. */
  private void create(int count) throws InterruptedException {
    Batch batch = cluster.api().batch().returningObjects();
    for (int i = 0; i < count; i++) {
      Pod.Builder pod = PodMix.IDENTICAL.pod(i).toBuilder();
      pod.getSpecBuilder().setNodeName("node-" + i);
      batch.create(ObjectType.POD, pod.build());
    }
    List<Batch.Result> results = batch.send();
    run.check("the pods are there", results.stream().allMatch(Batch.Result::ok), "not all");
    results.forEach(result -> pods.add(result.object(ObjectType.POD)));
  }

  private Api nextApi() {
    if ((full.size() + indexed.size() + slow.size()) % STREAMS == 0) {
      connections.add(cluster.connect());
    }
    return Api.of(connections.getLast()).as("bench");
  }

  void watchAll(int count) {
    IntStream.range(0, count)
        .forEach(i -> full.add(FrameLog.open(nextApi(), run.seam(), "").reading(run.seam())));
  }

  void watchNodes(int count) {
    IntStream.range(0, count)
        .forEach(i ->
            indexed.add(
                FrameLog.open(nextApi(), run.seam(), "spec.nodeName=node-" + i)
                    .reading(run.seam())));
  }

  /** Watchers that read nothing for now. */
  void watchSlowly(int count) {
    // Connections of their own: one that is full must not hold up others on it.
    connections.add(cluster.connect());
    Api api = Api.of(connections.getLast()).as("bench");
    IntStream.range(0, count).forEach(i -> slow.add(FrameLog.open(api, run.seam(), "")));
  }

  void awaitOpen() throws InterruptedException {
    await("1");
  }

  /** Blocks until every watcher that reads has come to a version. */
  private void await(String version) throws InterruptedException {
    long deadline = run.seam().clock().deadline(LIMIT);
    for (List<FrameLog> logs : List.of(full, indexed)) {
      for (FrameLog log : logs) {
        while (!log.reached(version)) {
          if (log.broken() != null || run.seam().clock().nanoTime() - deadline >= 0) {
            throw new BenchmarkException("a watcher is behind " + version + ": " + log.broken());
          }
          run.seam().clock().sleep(Duration.ofMillis(5));
        }
      }
    }
  }

  /**
   * Changes pods in turn, so many at once and so many a second, whether the server keeps up or not;
   * then waits until all have heard of the last.
   *
   * @param measured false to warm up
   */
  void write(int atOnce, int aSecond, Duration length, boolean measured)
      throws InterruptedException {
    Pace pace =
        new Pace(
            run.seam().clock().nanoTime(), 1_000_000_000L * atOnce / aSecond, length.toNanos());
    AtomicReference<@Nullable String> failure = new AtomicReference<>();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int first = i;
      writers.add(
          run.seam()
              .threads()
              .start("writer", () -> write(pace, first, atOnce, measured, failure)));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    if (failure.get() != null) {
      throw new BenchmarkException("a write failed: " + failure.get());
    }
    await(last);
  }

  /** When which round is due; in nanoseconds. */
  private record Pace(long start, long period, long length) {
    long due(long round) {
      return start + round * period;
    }

    boolean over(long round) {
      return round * period >= length;
    }
  }

  /** Every writer has pods of its own, so that none writes what another is just writing. */
  private void write(
      Pace pace,
      int first,
      int atOnce,
      boolean measured,
      AtomicReference<@Nullable String> failure) {
    try {
      for (long round = first; !pace.over(round) && failure.get() == null; round += WRITERS) {
        long early = pace.due(round) - run.seam().clock().nanoTime();
        run.seam().clock().sleep(Duration.ofNanos(Math.max(0, early)));
        change((int) (round * atOnce % writesOf.length), atOnce, pace.due(round), measured);
      }
    } catch (RuntimeException | InterruptedException e) {
      failure.set(String.valueOf(e));
    }
  }

  private void change(int from, int atOnce, long due, boolean measured)
      throws InterruptedException {
    Batch batch = cluster.api().batch();
    for (int i = from; i < from + atOnce; i++) {
      Pod.Builder pod = pods.get(i).toBuilder();
      pod.getStatusBuilder().setMessage("change after " + writesOf[i]);
      batch.updateStatus(ObjectType.POD, pod.build());
    }
    long now = run.seam().clock().nanoTime();
    List<Batch.Result> results = batch.send();
    double took = (run.seam().clock().nanoTime() - now) / 1e9;
    lock.lock();
    try {
      for (int i = 0; i < atOnce; i++) {
        take(results.get(i), from + i, now, measured);
      }
      if (measured) {
        acknowledged.add(took);
        slip = Math.max(slip, (now - due) / 1e9);
      }
      writes += atOnce;
    } finally {
      lock.unlock();
    }
  }

  private void take(Batch.Result result, int index, long now, boolean measured) {
    if (!result.ok()) {
      throw new BenchmarkException("a write failed: " + result.error());
    }
    String version = result.resourceVersion();
    Pod.Builder pod = pods.get(index).toBuilder();
    pod.getMetadataBuilder().setResourceVersion(version);
    pods.set(index, pod.build());
    writesOf[index]++;
    last = ResourceVersions.compare(version, last) > 0 ? version : last;
    if (measured) {
      sent.merge(revision(version), now, Math::min);
    }
  }

  /** The store's revision: all changes of one come in one frame. */
  private static long revision(String version) {
    return Long.parseLong(version) >> 7;
  }

  /** From the sending of a write to a frame with it, in seconds; of the given watchers. */
  private static double[] delays(List<FrameLog> logs, Map<Long, Long> sent) {
    List<double[]> parts = new ArrayList<>();
    for (FrameLog log : logs) {
      List<Double> delays = new ArrayList<>();
      log.forEach((version, nanos) -> {
        Long since = sent.get(revision(version));
        if (since != null) {
          delays.add((nanos - since) / 1e9);
        }
      });
      parts.add(delays.stream().mapToDouble(Double::doubleValue).toArray());
    }
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  double[] delaysOfFull() {
    return delays(full, sent);
  }

  /** From their commits on, which are known by revision. */
  double[] delaysOfFull(Map<Long, Long> commits) {
    Map<Long, Long> measured = new HashMap<>(commits);
    measured.keySet().retainAll(sent.keySet());
    run.check(
        "etcd's own watch hears of every change",
        measured.size() == sent.size(),
        measured.size() + " of " + sent.size());
    return delays(full, measured);
  }

  double[] delaysOfIndexed() {
    return delays(indexed, sent);
  }

  double[] acknowledgements() {
    return acknowledged.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Changes delivered so far, to all watchers. */
  long delivered() {
    return full.stream().mapToLong(FrameLog::events).sum()
        + indexed.stream().mapToLong(FrameLog::events).sum();
  }

  /** The most by which a write was sent late, in seconds. */
  double slip() {
    return slip;
  }

  /** Every watcher has seen every change that it watches, once and in order. */
  void check() {
    ObjIntConsumer<FrameLog> expect =
        (log, wanted) -> {
          run.check(
              "every watcher sees exactly the changes that it watches",
              log.events() == wanted,
              log.events() + ", not " + wanted);
          run.check("no watcher goes back in time", log.disorder() == 0, "" + log.disorder());
        };
    full.forEach(log -> expect.accept(log, (int) writes));
    for (int i = 0; i < indexed.size(); i++) {
      expect.accept(indexed.get(i), writesOf[i]);
    }
  }

  /** The slow ones read on: they get everything, or are told that they must list again. */
  void checkSlow() throws InterruptedException {
    slow.forEach(log -> log.reading(run.seam()));
    long deadline = run.seam().clock().deadline(LIMIT);
    for (FrameLog log : slow) {
      while (!log.reached(last)
          && log.broken() == null
          && run.seam().clock().nanoTime() - deadline < 0) {
        run.seam().clock().sleep(Duration.ofMillis(5));
      }
      boolean all = log.reached(last) && log.events() == writes;
      run.check(
          "a slow watcher gets everything in the end, or is told to list again",
          all || "compacted".equals(log.broken()),
          log.events() + " of " + writes + ", " + log.broken());
    }
  }

  @Override
  public void close() {
    List.of(full, indexed, slow).forEach(logs -> logs.forEach(FrameLog::close));
    connections.forEach(Connection::close);
  }
}
