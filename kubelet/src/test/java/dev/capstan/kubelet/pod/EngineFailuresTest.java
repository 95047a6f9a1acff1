package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ContainerStateTerminated;
import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.runtime.ForwardingRuntime.Operation;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call of the engine fails with every error, once and for ever (fault matrix 27). */
class EngineFailuresTest {

  private static final Duration LONG = Duration.ofMinutes(30);

  /**
   * In half an hour: a few each ten seconds, as often as everything is listed anyway. What is not
   * understood is tried again more seldom, see below.
   */
  private static final int MOST_CALLS = 600;

  /** What a pod's start and end need; the rest is in the tests below. */
  private static final Operation[] CALLS = {
    Operation.LIST,
    Operation.INSPECT,
    Operation.HAS_IMAGE,
    Operation.PULL,
    Operation.CREATE,
    Operation.START,
    Operation.WATCH,
  };

  static Stream<Arguments> everyCallAndError() {
    return Arrays.stream(CALLS)
        .flatMap(call ->
            Stream.concat(Arrays.stream(Kind.values()), Stream.of((Kind) null))
                .map(kind -> Arguments.of(call, kind)));
  }

  private interface Body {
    void run(TestNode node, FailingRuntime engine) throws Exception;
  }

  private static void on(Consumer<FailingRuntime> faults, Body body) {
    TestNode.on(node -> {
      node.kill();
      FailingRuntime[] engine = new FailingRuntime[1];
      node.start(runtime -> {
        engine[0] = new FailingRuntime(runtime);
        faults.accept(engine[0]);
        return engine[0];
      });
      body.run(node, engine[0]);
    });
  }

  private static void fail(FailingRuntime engine, Operation call, @Nullable Kind kind, int times) {
    if (kind == null) {
      engine.breakDown(call, times);
    } else {
      engine.fail(call, kind, times);
    }
  }

  /** One whose image is pulled each time, so that every call is made. */
  private static Pod pulled() {
    return Pods.with(Pods.pod("a"), c -> c.setImagePullPolicy("Always"));
  }

  @ParameterizedTest
  @MethodSource("everyCallAndError")
  void aPodGetsOverAnErrorThatComesOnce(Operation call, @Nullable Kind kind) {
    on(
        engine -> fail(engine, call, kind, 1),
        (node, engine) -> {
          node.api.put(pulled());
          node.until("a", "is ready", Duration.ofSeconds(60), TestNode::ready);
          assertThat(node.running("a")).hasSize(1);
        });
  }

  @ParameterizedTest
  @MethodSource("everyCallAndError")
  void anErrorThatStaysIsToldAndNeverMakesAHotLoop(Operation call, @Nullable Kind kind) {
    on(
        engine -> fail(engine, call, kind, Integer.MAX_VALUE),
        (node, engine) -> {
          node.api.put(pulled());
          node.pass(LONG);
          // An engine that is away is looked for every second.
          int most = call == Operation.WATCH ? (int) LONG.toSeconds() + 10 : MOST_CALLS;
          for (Operation each : Operation.values()) {
            assertThat(engine.calls(each)).as("calls of %s", each).isLessThanOrEqualTo(most);
          }
          assertThat(node.api.statusWrites).isLessThan(200);
          if (call == Operation.WATCH) {
            assertThat(node.container("a").getReady()).isTrue();
            return;
          }
          assertThat(node.api.events)
              .anyMatch(event ->
                  event.matches("(Failed|InspectFailed|FailedKillPod): .*(no luck|broken).*"));
          // One that was started before it could not be looked at may be known to run.
          if (call != Operation.INSPECT) {
            assertThat(node.container("a").getReady()).isFalse();
            assertThat(said(node)).matches("(?s).*(no luck|broken).*");
          }
          engine.heal();
          node.until("a", "recovers", Duration.ofMinutes(6), TestNode::ready);
          assertThat(node.running("a")).hasSize(1);
        });
  }

  /** What the status says of the container. */
  private static String said(TestNode node) {
    var status = node.container("a");
    ContainerStateTerminated last = status.getLastState().getTerminated();
    return status.getState().getWaiting().getMessage() + last.getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE, FAILED, CreateContainerError",
    "CREATE, INVALID, CreateContainerError",
    "CREATE, CONFLICT, CreateContainerError",
    "CREATE, NO_IMAGE, CreateContainerError",
    "CREATE, UNAVAILABLE, ContainerCreating",
    "START, FAILED, RunContainerError",
    "START, PORT_IN_USE, RunContainerError",
    "START, CANNOT_START, CrashLoopBackOff",
    "HAS_IMAGE, FAILED, ImageInspectError",
    "PULL, PULL_FAILED, ImagePullBackOff",
    "PULL, FAILED, ImagePullBackOff",
    "LIST, FAILED, CreateContainerError",
  })
  void theReasonIsKubernetesWord(Operation call, Kind kind, String reason) {
    on(
        engine -> engine.fail(call, kind, Integer.MAX_VALUE),
        (node, engine) -> {
          node.api.put(pulled());
          node.pass(Duration.ofMinutes(3));
          assertThat(node.waiting("a")).isEqualTo(reason);
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"HAS_IMAGE", "CREATE", "START"})
  void whatIsNotUnderstoodIsTriedAgainAfterTenSecondsAndMore(Operation call) {
    on(
        engine -> engine.fail(call, Kind.FAILED, Integer.MAX_VALUE),
        (node, engine) -> {
          node.api.put(Pods.pod("a").build());
          node.pass(LONG);
          // One at once, one more as the engine is first heard of; 10, 20, 40 … 300 s apart.
          assertThat(engine.calls(call)).isBetween(8, 13);
        });
  }

  /** What the engine cannot do with one image it may well be able to do with another. */
  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"HAS_IMAGE", "CREATE", "START"})
  void aChangedImageIsTriedWhileTheOldOneFails(Operation call) {
    on(
        engine -> engine.fail(call, Kind.FAILED, Integer.MAX_VALUE),
        (node, engine) -> {
          node.api.put(Pods.pod("a").build());
          node.pass(Duration.ofSeconds(20));
          Pod other = node.api.get("a");
          node.api.put(Pods.with(other.toBuilder(), c -> c.setImage("localhost/capstan/hello:2")));
          node.pass(Duration.ofSeconds(20));
          engine.heal();
          node.until("a", "recovers", Duration.ofMinutes(6), TestNode::ready);
          assertThat(node.container("a").getImage()).isEqualTo("localhost/capstan/hello:2");
          assertThat(node.container("a").getRestartCount()).isZero();
          if (call == Operation.HAS_IMAGE) {
            assertThat(node.api.events)
                .anyMatch(event -> event.contains("inspect image \"localhost/capstan/hello:2\""));
          }
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"LIST", "INSPECT", "SIGNAL", "REMOVE", "MESSAGE"})
  void aPodThatIsDeletedGoesWhenTheEngineCanAgain(Operation call) {
    on(
        engine -> {},
        (node, engine) -> {
          node.api.put(Pods.pod("a").build());
          node.untilReady("a");
          engine.fail(call, Kind.FAILED, Integer.MAX_VALUE);
          node.api.askDelete("a", 5, node.simulation.seam().clock().now());
          node.pass(LONG);
          for (Operation each : Operation.values()) {
            assertThat(engine.calls(each)).as("calls of %s", each).isLessThan(MOST_CALLS);
          }
          // It ends and goes without last words, and without being looked at.
          if (call != Operation.MESSAGE && call != Operation.INSPECT) {
            assertThat(node.api.has("a")).isTrue();
            assertThat(node.api.events)
                .anyMatch(event -> event.startsWith("FailedKillPod: error killing pod: no luck"));
          }
          engine.heal();
          node.simulation.eventually("it is gone", Duration.ofMinutes(2), () -> !node.api.has("a"));
          assertThat(node.containers("a")).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"MESSAGE", "LOGS"})
  void lastWordsThatCannotBeReadHoldNothingUp(Operation call) {
    on(
        engine -> engine.fail(call, Kind.FAILED, Integer.MAX_VALUE),
        (node, engine) -> {
          Pod.Builder pod = Pods.ordered("a", "run-for", "1s");
          pod.getMetadataBuilder().putAnnotations("capstan.dev/simulate-exit-code", "3");
          Pod falling = Pods.with(pod, c -> c.setTerminationMessagePolicy("FallbackToLogsOnError"));
          node.api.put(falling);
          node.until("a", "restarts", status -> TestNode.first(status).getRestartCount() == 1);
          assertThat(Objects.requireNonNull(node.container("a")).getLastState().getTerminated())
              .satisfies(last ->
                  assertThat(last.getMessage())
                      .startsWith("cannot read the termination message: no luck with " + call));
        });
  }
}
