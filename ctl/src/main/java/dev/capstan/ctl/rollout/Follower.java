package dev.capstan.ctl.rollout;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.client.ApiException;
import dev.capstan.client.ServerStream;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.cluster.Outage;
import dev.capstan.seam.Clock;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows a rollout on one watch over its deployment, replica sets and pods, until it is done or
 * cannot be.
 */
public final class Follower {

  private static final Duration TICK = Duration.ofSeconds(1);

  private final Cli cli;
  private final String name;
  private final Duration timeout;
  private final long revision;
  private final Clock clock;
  private final Outage.Reader outage;
  private final Screen screen;
  private final Map<String, Integer> restartsBefore = new LinkedHashMap<>();

  /**
   * Follows a deployment.
   *
   * @param timeout zero for none
   * @param revision that must be the current one; 0 for any
   */
  public Follower(Cli cli, String name, Duration timeout, long revision) {
    this.cli = cli;
    this.name = name;
    this.timeout = timeout;
    this.revision = revision;
    this.clock = cli.env().seam().clock();
    this.outage = cli.session().outage();
    this.screen = new Screen(cli);
  }

  /** Says how it is now. */
  public int once() throws InterruptedException {
    Deployment d = cli.api().deployments().namespace(cli.namespace()).get(name);
    checkRevision(d);
    Progress progress = Progress.of(d);
    if (progress.state() == Progress.State.FAILED) {
      throw CliException.plain(progress.line());
    }
    cli.out().println(progress.line());
    return 0;
  }

  /** Waits like kubectl's rollout status. */
  public int status() throws InterruptedException {
    return follow(false, false);
  }

  /**
   * Waits, and ends as soon as a new pod shows that it will not come up.
   *
   * @param rollback true if it is a rollback that is followed
   */
  public int diagnose(boolean rollback) throws InterruptedException {
    return follow(true, rollback);
  }

  /** Shows nothing any more: the command ends. False if there is no line to go on after. */
  public boolean leave() {
    return screen.leave();
  }

  private int follow(boolean diagnose, boolean rollback) throws InterruptedException {
    long deadline = timeout.isPositive() ? clock.deadline(timeout) : Long.MAX_VALUE;
    while (true) {
      try {
        return watch(diagnose, rollback, deadline);
      } catch (ApiException.Compacted e) {
        checkTime(deadline);
        clock.sleep(TICK); // Too slow a reader: everything is sent again.
      } catch (ApiException.Unavailable e) {
        screen.end();
        checkTime(deadline);
        if (e.code() == Status.Code.DEADLINE_EXCEEDED) {
          throw e; // No answer in the time that the user gives a request.
        }
        outage.bear(e);
      }
    }
  }

  private void checkTime(long deadline) {
    if (isOver(deadline)) {
      screen.end();
      throw CliException.error("timed out waiting for the condition");
    }
  }

  private int watch(boolean diagnose, boolean rollback, long deadline) throws InterruptedException {
    View view = new View(name);
    Duration limit = cli.session().requestTimeout();
    // For the first frame: how a rollout goes on may be nothing to tell of for long.
    long answerDue = limit.isPositive() ? clock.deadline(limit) : Long.MAX_VALUE;
    try (ServerStream<WatchFrame> stream = cli.api().watchAll(request(diagnose))) {
      while (true) {
        WatchFrame frame = next(stream, Math.min(deadline, answerDue), answerDue);
        if (frame != null) {
          answerDue = Long.MAX_VALUE;
          outage.over();
          view.take(frame);
        }
        if (view.isComplete()) {
          Integer code = step(view, diagnose, rollback);
          if (code != null) {
            return code;
          }
        }
        checkTime(deadline);
      }
    } catch (InvalidProtocolBufferException e) {
      throw CliException.error("the server sent what this version of capstan cannot read");
    }
  }

  /**
   * The next frame, or null after a second of silence or at the deadline.
   *
   * @throws ApiException.Unavailable also if nothing has come when the answer is due
   */
  private @Nullable WatchFrame next(ServerStream<WatchFrame> stream, long deadline, long answerDue)
      throws InterruptedException {
    try {
      Duration left =
          deadline == Long.MAX_VALUE ? TICK : Duration.ofNanos(deadline - clock.nanoTime());
      return stream.require(left.compareTo(TICK) < 0 ? left : TICK);
    } catch (ApiException.Unavailable e) {
      boolean silent =
          e.code() == Status.Code.DEADLINE_EXCEEDED && e.message().startsWith("silent");
      if (!silent || isOver(answerDue)) {
        throw e;
      }
      return null;
    }
  }

  private boolean isOver(long deadline) {
    return deadline != Long.MAX_VALUE && clock.nanoTime() - deadline >= 0;
  }

  private ResourceWatchRequest request(boolean pods) {
    ResourceWatchRequest.Builder request = ResourceWatchRequest.newBuilder();
    request.addSelectors(selector("Deployment").setFieldSelector("metadata.name=" + name));
    if (pods) {
      request.addSelectors(selector("ReplicaSet"));
      request.addSelectors(selector("Pod"));
    }
    return request.build();
  }

  private ResourceSelector.Builder selector(String kind) {
    return ResourceSelector.newBuilder().setKind(kind).setNamespace(cli.namespace());
  }

  private @Nullable Integer step(View view, boolean diagnose, boolean rollback)
      throws InterruptedException {
    Optional<Deployment> found = view.deployment();
    if (found.isEmpty()) {
      screen.end();
      String missing = "deployments.apps \"" + name + "\" not found";
      throw view.isDeleted()
          ? CliException.error("object has been deleted")
          : CliException.plain("Error from server (NotFound): " + missing);
    }
    Deployment d = found.get();
    checkRevision(d);
    Progress progress = Progress.of(d);
    screen.show(progress, d, diagnose);
    return switch (progress.state()) {
      case DONE -> {
        screen.end();
        yield 0;
      }
      case FAILED -> {
        screen.end();
        throw CliException.plain(progress.line());
      }
      case RUNNING -> diagnose ? look(view, d, rollback) : null;
    };
  }

  private @Nullable Integer look(View view, Deployment d, boolean rollback)
      throws InterruptedException {
    boolean first = restartsBefore.isEmpty();
    for (Pod pod : view.newPods()) {
      int restarts =
          pod.getStatus().getContainerStatusesList().stream()
              .mapToInt(c -> c.getRestartCount())
              .max()
              .orElse(0);
      restartsBefore.putIfAbsent(pod.getMetadata().getUid(), first ? restarts : 0);
      int before = restartsBefore.getOrDefault(pod.getMetadata().getUid(), 0);
      Optional<Trouble> trouble = Trouble.of(pod, before, cli.now());
      if (trouble.isPresent()) {
        screen.end();
        new Report(cli, d, view.oldReady(), rollback).print(trouble.get());
        return 1;
      }
    }
    return null;
  }

  private void checkRevision(Deployment d) {
    String current = d.getMetadata().getAnnotationsOrDefault(WellKnown.ANNOTATION_REVISION, "");
    if (revision > 0 && !current.isEmpty() && !current.equals(Long.toString(revision))) {
      throw CliException.error(
          "desired revision ("
              + revision
              + ") is different from the running revision ("
              + current
              + ")");
    }
  }
}
