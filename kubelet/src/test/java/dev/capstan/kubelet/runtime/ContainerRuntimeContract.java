package dev.capstan.kubelet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.capstan.kubelet.runtime.ContainerView.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What every container runtime promises; one suite over all of them. */
public abstract class ContainerRuntimeContract {

  protected static final String HELLO = "localhost/capstan/hello:1";

  private int pods;

  /** The runtime under test, with its network prepared. */
  protected abstract ContainerRuntime runtime();

  /** A free address of the node's range. */
  protected abstract String address(int index);

  /** As if somebody else killed the container. */
  protected abstract void killOutside(ContainerRef ref) throws Exception;

  /** As if somebody else renamed the container. */
  protected abstract void renameOutside(ContainerRef ref) throws Exception;

  protected ContainerSpec spec(String image) {
    pods++;
    String uid = String.format("00000000-0000-4000-8000-%012d", pods);
    ContainerRef ref = new ContainerRef("default", "pod-" + pods, uid, "web", 0);
    return new ContainerSpec(
        ref,
        "digest-" + pods,
        3,
        image,
        List.of(),
        List.of(),
        List.of("GREETING=hello"),
        "",
        "pod-" + pods,
        address(pods),
        List.of(new ContainerSpec.Port(8080, 0, "TCP", "")),
        new ContainerSpec.Limits(500, 100, 64 << 20),
        new ContainerSpec.Rights(List.of(), List.of("NET_RAW"), false),
        "/dev/termination-log",
        new TreeMap<>());
  }

  /** The same but that it says these words and ends with code 3. */
  protected static ContainerSpec saying(ContainerSpec base, String words) {
    String order = "capstan.dev/simulate-";
    return new ContainerSpec(
        base.ref(),
        base.specDigest(),
        0,
        base.image(),
        List.of("sh", "-c", "echo -n '" + words + "' > /dev/termination-log; exit 3"),
        List.of(),
        List.of(),
        "",
        base.hostname(),
        base.address(),
        List.of(),
        base.limits(),
        base.rights(),
        base.messagePath(),
        new TreeMap<>(
            Map.of(order + "message", words, order + "run-for", "0s", order + "exit-code", "3")));
  }

  private ContainerSpec started() throws Exception {
    ContainerSpec spec = spec(HELLO);
    runtime().create(spec);
    runtime().start(spec.ref());
    return spec;
  }

  private ContainerView view(ContainerRef ref) throws Exception {
    return runtime().inspect(ref).orElseThrow();
  }

  private void awaitEnded(ContainerRef ref) {
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> view(ref).state() == State.ENDED);
  }

  @Test
  void theEngineSaysWhoItIs() throws Exception {
    assertThat(runtime().info().version()).isNotEmpty();
    assertThat(runtime().info().containerRuntimeVersion()).contains("://");
  }

  @Test
  void aCreatedContainerShowsWhatItWasMadeFrom() throws Exception {
    ContainerSpec spec = spec(HELLO);
    ContainerView made = runtime().create(spec);
    assertThat(made.ref()).isEqualTo(spec.ref());
    assertThat(made.state()).isEqualTo(State.CREATED);
    assertThat(made.specDigest()).isEqualTo(spec.specDigest());
    assertThat(made.restartStep()).isEqualTo(3);
    assertThat(made.address()).isEqualTo(spec.address());
    assertThat(made.image()).isEqualTo(HELLO);
    assertThat(made.startedAt()).isNull();
  }

  @Test
  void creatingAgainFindsTheContainer() throws Exception {
    ContainerSpec spec = spec(HELLO);
    String id = runtime().create(spec).id();
    assertThat(runtime().create(spec).id()).isEqualTo(id);
    runtime().start(spec.ref());
    ContainerView again = runtime().create(spec);
    assertThat(again.id()).isEqualTo(id);
    assertThat(again.state()).isEqualTo(State.RUNNING);
  }

  @Test
  void startingAgainDoesNothing() throws Exception {
    ContainerSpec spec = started();
    ContainerView first = view(spec.ref());
    runtime().start(spec.ref());
    assertThat(view(spec.ref()).startedAt()).isEqualTo(first.startedAt());
    runtime().signal(spec.ref(), Signal.KILL);
    awaitEnded(spec.ref());
    runtime().start(spec.ref());
    assertThat(view(spec.ref()).state()).isEqualTo(State.ENDED);
  }

  @Test
  void lastWordsAreKeptUntilTheContainerIsRemoved() throws Exception {
    ContainerSpec spec = saying(spec(HELLO), "out of cheese");
    runtime().create(spec);
    assertThat(runtime().message(spec.ref())).isEmpty();
    runtime().start(spec.ref());
    awaitEnded(spec.ref());
    runtime().create(spec); // A repeated call changes nothing.
    assertThat(runtime().message(spec.ref())).asString().isEqualTo("out of cheese");
    runtime().remove(spec.ref());
    assertThat(runtime().message(spec.ref())).isEmpty();
  }

  @Test
  void aMissingImageIsTold() {
    assertThatThrownBy(() -> runtime().create(spec("localhost/capstan/none:missing")))
        .isInstanceOfSatisfying(
            RuntimeFault.class, e -> assertThat(e.kind()).isEqualTo(RuntimeFault.Kind.NO_IMAGE));
  }

  @Test
  void anImageThatNobodyHasCannotBePulled() throws Exception {
    assertThat(runtime().hasImage(HELLO)).isTrue();
    assertThat(runtime().hasImage("localhost/capstan/none:missing")).isFalse();
    assertThatThrownBy(() -> runtime().pull("localhost/capstan/none:missing"))
        .isInstanceOfSatisfying(
            RuntimeFault.class,
            e -> {
              assertThat(e.kind()).isEqualTo(RuntimeFault.Kind.PULL_FAILED);
              assertThat(e.words()).isNotBlank().doesNotContain("\n");
            });
  }

  @Test
  void startingWhatIsNotThereIsTold() {
    assertThatThrownBy(() -> runtime().start(spec(HELLO).ref()))
        .isInstanceOfSatisfying(
            RuntimeFault.class, e -> assertThat(e.kind()).isEqualTo(RuntimeFault.Kind.GONE));
  }

  @Test
  void termLetsTheProcessEndByItself() throws Exception {
    ContainerSpec spec = started();
    assertThat(runtime().signal(spec.ref(), Signal.TERM)).isTrue();
    awaitEnded(spec.ref());
    ContainerView ended = view(spec.ref());
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.startedAt()).isNotNull();
    assertThat(ended.finishedAt()).isAfterOrEqualTo(ended.startedAt());
  }

  @Test
  void killEndsItWith137() throws Exception {
    ContainerSpec spec = started();
    assertThat(runtime().signal(spec.ref(), Signal.KILL)).isTrue();
    awaitEnded(spec.ref());
    assertThat(view(spec.ref()).exitCode()).isEqualTo(137);
  }

  @Test
  void signalsToWhatDoesNotRunDoNothing() throws Exception {
    ContainerSpec spec = spec(HELLO);
    assertThat(runtime().signal(spec.ref(), Signal.TERM)).isFalse();
    runtime().create(spec);
    assertThat(runtime().signal(spec.ref(), Signal.KILL)).isFalse();
  }

  @Test
  void removingTwiceIsRemovingOnce() throws Exception {
    ContainerSpec spec = started();
    runtime().remove(spec.ref());
    assertThat(runtime().inspect(spec.ref())).isEmpty();
    runtime().remove(spec.ref());
  }

  @Test
  void theListHasEveryAttempt() throws Exception {
    ContainerSpec spec = started();
    assertThat(runtime().list())
        .filteredOn(c -> c.ref().equals(spec.ref()))
        .singleElement()
        .satisfies(c -> {
          assertThat(c.running()).isTrue();
          assertThat(c.renamed()).isFalse();
          assertThat(c.address()).isEqualTo(spec.address());
        });
    runtime().signal(spec.ref(), Signal.KILL);
    awaitEnded(spec.ref());
    assertThat(runtime().list())
        .filteredOn(c -> c.ref().equals(spec.ref()))
        .singleElement()
        .matches(c -> !c.running());
  }

  @Test
  void aRenamedContainerIsSeenAndGetsItsNameBack() throws Exception {
    ContainerSpec spec = started();
    String id = view(spec.ref()).id();
    renameOutside(spec.ref());
    assertThat(runtime().inspect(spec.ref())).isEmpty();
    assertThat(runtime().list())
        .filteredOn(c -> c.id().equals(id))
        .singleElement()
        .matches(ContainerSummary::renamed);
    runtime().restoreName(id, spec.ref());
    assertThat(view(spec.ref()).id()).isEqualTo(id);
  }

  /** What {@link ContainerRuntime#watch} reports from the constructor's end until it is closed. */
  protected final class Watching implements AutoCloseable {
    private final List<ContainerChange> changes = new CopyOnWriteArrayList<>();
    private final Thread thread;

    public Watching() throws InterruptedException {
      CountDownLatch connected = new CountDownLatch(1);
      thread = Thread.ofVirtual().start(() -> watch(connected));
      connected.await();
    }

    private void watch(CountDownLatch connected) {
      try {
        runtime().watch(connected::countDown, changes::add);
      } catch (RuntimeFault | InterruptedException e) {
        return; // The test is over.
      }
    }

    public void awaitReported(ContainerRef ref, String action) {
      await()
          .atMost(Duration.ofSeconds(5))
          .pollInterval(Duration.ofMillis(1))
          .until(() -> changes.contains(new ContainerChange(ref.podUid(), action)));
    }

    @Override
    public void close() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }

  @Test
  void aDeathIsReportedAtOnce() throws Exception {
    ContainerSpec spec = started();
    try (Watching watching = new Watching()) {
      killOutside(spec.ref());
      watching.awaitReported(spec.ref(), "die");
    }
  }

  @Test
  void whatIsReportedIsSeen() throws Exception {
    try (Watching watching = new Watching()) {
      for (int i = 0; i < 5; i++) {
        ContainerSpec spec = started();
        assertThat(view(spec.ref()).state()).isEqualTo(State.RUNNING);
        assertThat(view(spec.ref()).startedAt()).isEqualTo(view(spec.ref()).startedAt());
        killOutside(spec.ref());
        watching.awaitReported(spec.ref(), "die");
        assertThat(view(spec.ref()).state()).isEqualTo(State.ENDED);
      }
    }
  }

  @Test
  void repeatedWhileWatchingEveryCallDoesWhatItDidOnce() throws Exception {
    try (Watching watching = new Watching()) {
      ContainerSpec spec = spec(HELLO);
      String id = runtime().create(spec).id();
      assertThat(runtime().create(spec).id()).isEqualTo(id);
      runtime().start(spec.ref());
      ContainerView first = view(spec.ref());
      runtime().start(spec.ref());
      assertThat(view(spec.ref())).isEqualTo(first);
      runtime().signal(spec.ref(), Signal.KILL);
      watching.awaitReported(spec.ref(), "die");
      runtime().start(spec.ref());
      assertThat(view(spec.ref()).state()).isEqualTo(State.ENDED);
      runtime().remove(spec.ref());
      assertThat(runtime().inspect(spec.ref())).isEmpty();
    }
  }

  @Test
  void aCommandsExitCodeAndTimeAreTold() throws Exception {
    ContainerSpec spec = started();
    assertThat(runtime().exec(spec.ref(), List.of("true"), Duration.ofSeconds(10)).exitCode())
        .isZero();
    runtime().signal(spec.ref(), Signal.KILL);
    awaitEnded(spec.ref());
    assertThatThrownBy(() -> runtime().exec(spec.ref(), List.of("true"), Duration.ofSeconds(10)))
        .isInstanceOf(RuntimeFault.class);
  }

  @Test
  void theLogEndsWithTheContainer() throws Exception {
    ContainerSpec spec = started();
    List<byte[]> pieces = new ArrayList<>();
    Thread ending =
        Thread.ofVirtual()
            .start(() -> {
              try {
                runtime().signal(spec.ref(), Signal.TERM);
              } catch (RuntimeFault | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    runtime()
        .logs(
            spec.ref(),
            new LogQuery(true, null, null),
            (time, bytes) -> {
              pieces.add(bytes);
              return true;
            });
    ending.join();
    assertThat(view(spec.ref()).state()).isEqualTo(State.ENDED);
    assertThat(text(pieces).lines()).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void tailAndTimesAreHeeded() throws Exception {
    ContainerSpec spec = started();
    runtime().signal(spec.ref(), Signal.TERM);
    awaitEnded(spec.ref());
    assertThat(log(spec.ref(), new LogQuery(false, 0L, null))).isEmpty();
    assertThat(log(spec.ref(), new LogQuery(false, 1L, null)).lines()).hasSize(1);
    List<Instant> times = new ArrayList<>();
    runtime()
        .logs(
            spec.ref(),
            new LogQuery(false, null, null),
            (time, bytes) -> {
              times.add(time);
              return true;
            });
    Instant last = times.getLast();
    assertThat(times).hasSizeGreaterThanOrEqualTo(2).isSorted();
    // Exact to the nanosecond, and beyond the 31 bits of seconds that end in 2038.
    assertThat(log(spec.ref(), new LogQuery(false, null, last)).lines()).isNotEmpty();
    assertThat(log(spec.ref(), new LogQuery(false, null, last.plusNanos(1)))).isEmpty();
    assertThat(log(spec.ref(), new LogQuery(false, null, Instant.parse("2040-01-01T00:00:00Z"))))
        .isEmpty();
    assertThat(log(spec.ref(), new LogQuery(false, null, Instant.parse("1901-01-01T00:00:00Z"))))
        .isEqualTo(log(spec.ref(), new LogQuery(false, null, null)));
  }

  private String log(ContainerRef ref, LogQuery query) throws Exception {
    List<byte[]> pieces = new ArrayList<>();
    runtime()
        .logs(
            ref,
            query,
            (time, bytes) -> {
              pieces.add(bytes);
              return true;
            });
    return text(pieces);
  }

  private static String text(List<byte[]> pieces) {
    StringBuilder text = new StringBuilder();
    pieces.forEach(bytes -> text.append(new String(bytes, StandardCharsets.UTF_8)));
    return text.toString();
  }

  @Test
  void cleaningUpLeavesNothing() throws Exception {
    started();
    runtime().create(spec(HELLO));
    runtime().cleanUp();
    assertThat(runtime().list()).isEmpty();
    runtime().prepare();
  }
}
