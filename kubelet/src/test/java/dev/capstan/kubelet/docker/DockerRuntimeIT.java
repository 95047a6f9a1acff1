package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ContainerRuntimeContract;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ContainerView.State;
import dev.capstan.kubelet.runtime.ExecResult;
import dev.capstan.kubelet.runtime.LogQuery;
import dev.capstan.kubelet.runtime.LogSink;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.kubelet.runtime.Signal;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Docker runtime keeps the contract, on a real engine, and what only Docker can show. */
class DockerRuntimeIT extends ContainerRuntimeContract {

  private static final String CIDR = "10.201.7.0/26";

  private final Seam seam = Seam.system();
  private final String cluster = seam.newUid();
  private final AddressRange range = AddressRange.parse(CIDR);
  @TempDir Path data;
  private DockerSettings settings;
  private final NodeIdentity node =
      new NodeIdentity(cluster, "it-node", List.of("uid-new", "uid-old"));
  private DockerRuntime runtime;

  private DockerSettings settings(String host) {
    return new DockerSettings(host, CIDR, 200, "1m", 2, 8, data.resolve("messages"));
  }

  @BeforeEach
  void prepare() throws Exception {
    assumeThat(DockerCli.host()).as("CAPSTAN_TEST_DOCKER_HOST or DOCKER_HOST").isNotEmpty();
    settings = settings(DockerCli.host());
    runtime = new DockerRuntime(settings, node, seam);
    runtime.prepare();
  }

  @AfterEach
  void cleanUp() throws Exception {
    if (runtime != null) {
      runtime.cleanUp();
      runtime.close();
    }
  }

  @Override
  protected ContainerRuntime runtime() {
    return runtime;
  }

  @Override
  protected String address(int index) {
    return range.address(index);
  }

  @Override
  protected void killOutside(ContainerRef ref) throws Exception {
    DockerCli.run("kill", ref.name());
  }

  @Override
  protected void renameOutside(ContainerRef ref) throws Exception {
    DockerCli.run("rename", ref.name(), "stolen-" + ref.podUid());
  }

  private ContainerSpec with(
      ContainerSpec base, List<String> command, List<ContainerSpec.Port> ports) {
    return new ContainerSpec(
        base.ref(),
        base.specDigest(),
        0,
        base.image(),
        command,
        List.of(),
        base.env(),
        "/tmp",
        base.hostname(),
        base.address(),
        ports,
        base.limits(),
        base.rights(),
        base.messagePath(),
        new TreeMap<>());
  }

  private ContainerView run(ContainerSpec spec) throws Exception {
    runtime.create(spec);
    runtime.start(spec.ref());
    return runtime.inspect(spec.ref()).orElseThrow();
  }

  @Test
  void aRangeThatAnotherNetworkHasIsNamed() throws Exception {
    NodeIdentity other = new NodeIdentity(cluster, "it-other", List.of("uid-other"));
    try (DockerRuntime second = new DockerRuntime(settings, other, seam)) {
      assertThatThrownBy(second::prepare)
          .isInstanceOfSatisfying(
              RuntimeFault.class,
              e ->
                  assertThat(e.words())
                      .isEqualTo(
                          "the range %s overlaps with another network of the engine: choose another --pod-cidr"
                              .formatted(CIDR)));
    }
  }

  /**
   * 21 MB of which the engine keeps 2: what is kept is sent, and what is not is told. The burst
   * begins once its first line has arrived: of what was gone before anyone read, the engine tells
   * nothing.
   */
  @Test
  void aBurstIsFollowedInOrderAndWhatIsGoneIsTold() throws Exception {
    String burst = "echo 0; until [ -e /tmp/go ]; do sleep 0.1; done; seq 1 250000; sleep 1";
    ContainerSpec spec = with(spec(HELLO), List.of("sh", "-c", burst), List.of());
    run(spec);
    List<Integer> jumps = new ArrayList<>();
    AtomicInteger last = new AtomicInteger(-1);
    AtomicBoolean told = new AtomicBoolean();
    runtime.logs(
        spec.ref(),
        new LogQuery(true, null, null),
        new LogSink() {
          @Override
          public boolean write(Instant time, byte[] bytes) throws InterruptedException {
            int number = Integer.parseInt(new String(bytes, StandardCharsets.UTF_8).strip());
            if (number != last.get() + 1 && !(told.get() && number > last.get())) {
              jumps.add(number);
            }
            told.set(false);
            last.set(number);
            if (number == 0) {
              letGo(spec);
            }
            return true;
          }

          @Override
          public boolean gap(Instant after, Instant next) {
            told.set(next.isAfter(after));
            return true;
          }
        });
    assertThat(last.get()).as("the last line").isEqualTo(250_000);
    assertThat(jumps).as("lines after others are missing without a word, or again").isEmpty();
  }

  private void letGo(ContainerSpec spec) throws InterruptedException {
    try {
      DockerCli.run("exec", spec.ref().name(), "touch", "/tmp/go");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theContainerIsWhatTheSpecificationSays() throws Exception {
    ContainerSpec spec = spec(HELLO);
    run(spec);
    String name = spec.ref().name();
    String format =
        "{{.HostConfig.CpuPeriod}} {{.HostConfig.CpuQuota}} {{.HostConfig.CpuShares}} {{.HostConfig.Memory}}"
            + " {{.HostConfig.MemorySwap}} {{.HostConfig.PidsLimit}}"
            + " {{.HostConfig.LogConfig.Type}} {{index .HostConfig.LogConfig.Config \"max-size\"}}"
            + " {{.HostConfig.CapAdd}} {{.HostConfig.RestartPolicy.Name}} {{.Config.Hostname}}";
    assertThat(DockerCli.run("inspect", "-f", format, name))
        .isEqualTo("100000 50000 102 67108864 67108864 200 json-file 1m []  " + spec.hostname());
    ExecResult env =
        runtime.exec(
            spec.ref(), List.of("sh", "-c", "echo $GREETING; hostname -i"), Duration.ofSeconds(10));
    assertThat(env.output()).isEqualTo("hello\n" + spec.address());
  }

  private ContainerSpec with(ContainerSpec base, ContainerSpec.Rights rights) {
    return new ContainerSpec(
        base.ref(),
        base.specDigest(),
        0,
        base.image(),
        base.command(),
        base.args(),
        base.env(),
        base.workingDir(),
        base.hostname(),
        base.address(),
        base.ports(),
        base.limits(),
        rights,
        base.messagePath(),
        base.annotations());
  }

  /** Capabilities that its processes may have, as bits, and whether they can gain rights. */
  private String rightsOf(ContainerSpec spec) throws Exception {
    run(spec);
    List<String> command =
        List.of("sh", "-c", "grep -E '^(CapBnd|NoNewPrivs)' /proc/self/status | tr -d '\\n'");
    return runtime.exec(spec.ref(), command, Duration.ofSeconds(10)).output();
  }

  @Test
  void rightsAreWhatWasAskedFor() throws Exception {
    // Docker's fourteen are 0xa80425fb, NET_RAW is bit 13, CHOWN bit 0.
    assertThat(rightsOf(spec(HELLO))).isEqualTo("CapBnd:\t00000000a80405fbNoNewPrivs:\t1");
    assertThat(rightsOf(with(spec(HELLO), rights(List.of("NET_RAW"), List.of(), true))))
        .isEqualTo("CapBnd:\t00000000a80425fbNoNewPrivs:\t0");
    assertThat(rightsOf(with(spec(HELLO), rights(List.of("CHOWN"), List.of("ALL"), false))))
        .isEqualTo("CapBnd:\t0000000000000001NoNewPrivs:\t1");
  }

  private static ContainerSpec.Rights rights(
      List<String> add, List<String> drop, boolean escalate) {
    return new ContainerSpec.Rights(add, drop, escalate);
  }

  @Test
  void ofLongLastWordsTheEndIsKept() throws Exception {
    ContainerSpec spec = saying(spec(HELLO), "a".repeat(5000) + "end");
    run(spec);
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> runtime.inspect(spec.ref()).orElseThrow().state() == State.ENDED);
    assertThat(runtime.message(spec.ref())).hasSize(4096).asString().endsWith("aend");
  }

  @Test
  void messagesOfContainersThatWereRemovedOutsideGoWithTheNextKubelet() throws Exception {
    ContainerSpec gone = spec(HELLO);
    ContainerSpec stays = spec(HELLO);
    run(gone);
    run(stays);
    DockerCli.run("rm", "-f", gone.ref().name());
    try (DockerRuntime next = new DockerRuntime(settings, node, seam)) {
      next.list();
    }
    assertThat(data.resolve("messages").toFile().list()).containsExactly(stays.ref().name());
  }

  @Test
  void theAddressIsKeptOverRestarts() throws Exception {
    ContainerSpec spec = spec(HELLO);
    run(spec);
    DockerCli.run("kill", spec.ref().name());
    ContainerSpec neighbour = spec(HELLO);
    run(neighbour);
    DockerCli.run("restart", spec.ref().name());
    String template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    assertThat(DockerCli.run("inspect", "-f", template, spec.ref().name()))
        .isEqualTo(spec.address());
  }

  @Test
  void anExecsExitCodeIsNotTheOneOfARunningOne() throws Exception {
    ContainerSpec spec = spec(HELLO);
    run(spec);
    ExecResult result =
        runtime.exec(spec.ref(), List.of("sh", "-c", "sleep 0.3; exit 7"), Duration.ofSeconds(10));
    assertThat(result.exitCode()).isEqualTo(7);
    ExecResult slow = runtime.exec(spec.ref(), List.of("sleep", "5"), Duration.ofMillis(500));
    assertThat(slow.timedOut()).isTrue();
  }

  @Test
  void aCommandThatDoesNotExistCannotStart() throws Exception {
    ContainerSpec spec = with(spec(HELLO), List.of("/no/such/program"), List.of());
    runtime.create(spec);
    assertThatThrownBy(() -> runtime.start(spec.ref()))
        .isInstanceOfSatisfying(
            RuntimeFault.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.CANNOT_START);
              assertThat(e.words()).contains("/no/such/program");
            });
    ContainerView view = runtime.inspect(spec.ref()).orElseThrow();
    assertThat(view.state()).isEqualTo(State.ENDED);
    assertThat(view.exitCode()).isEqualTo(127);
  }

  @Test
  void aBusyHostPortIsToldAndCanBeWaitedFor() throws Exception {
    List<ContainerSpec.Port> port = List.of(new ContainerSpec.Port(8080, 28733, "TCP", ""));
    ContainerSpec first = with(spec(HELLO), List.of(), port);
    ContainerSpec second = with(spec(HELLO), List.of(), port);
    run(first);
    runtime.create(second);
    assertThatThrownBy(() -> runtime.start(second.ref()))
        .isInstanceOfSatisfying(
            RuntimeFault.class, e -> assertThat(e.kind()).isEqualTo(Kind.PORT_IN_USE));
    assertThat(runtime.inspect(second.ref()).orElseThrow().state()).isEqualTo(State.CREATED);
    runtime.remove(first.ref());
    runtime.start(second.ref());
    assertThat(runtime.inspect(second.ref()).orElseThrow().state()).isEqualTo(State.RUNNING);
  }

  @Test
  void runningOutOfMemoryIsReported() throws Exception {
    ContainerSpec base = spec(HELLO);
    ContainerSpec spec =
        new ContainerSpec(
            base.ref(),
            "d",
            0,
            HELLO,
            // The engine hears of it only from a moment after the start on.
            List.of("sh", "-c", "sleep 1; dd if=/dev/zero of=/dev/null bs=200M count=1"),
            List.of(),
            List.of(),
            "",
            "oom",
            base.address(),
            List.of(),
            new ContainerSpec.Limits(0, 0, 16 << 20),
            base.rights(),
            "",
            new TreeMap<>());
    run(spec);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> runtime.inspect(spec.ref()).orElseThrow().state() == State.ENDED);
    ContainerView view = runtime.inspect(spec.ref()).orElseThrow();
    assertThat(view.oomKilled()).isTrue();
    assertThat(view.exitCode()).isEqualTo(137);
  }

  @Test
  void aForkBombEndsAtTheProcessLimit() throws Exception {
    ContainerSpec spec = spec(HELLO);
    run(spec);
    ExecResult result =
        runtime.exec(
            spec.ref(),
            List.of("sh", "-c", "i=0; while [ $i -lt 400 ]; do sleep 20 & i=$((i+1)); done"),
            Duration.ofSeconds(30));
    assertThat(result.output()).containsIgnoringCase("fork");
    String pids = DockerCli.run("top", spec.ref().name());
    assertThat(pids.lines().count()).isLessThanOrEqualTo(201);
  }

  @Test
  void foreignContainersAreNeitherSeenNorTouched() throws Exception {
    ContainerSpec spec = spec(HELLO);
    String otherNode =
        DockerCli.run(
            "run",
            "-d",
            "--label",
            "capstan.dev/cluster-id=" + cluster,
            "--label",
            "capstan.dev/node-uid=another",
            "--label",
            "capstan.dev/pod-uid=" + spec.ref().podUid(),
            "--label",
            "capstan.dev/attempt=0",
            "--name",
            spec.ref().name(),
            HELLO);
    try {
      assertThat(runtime.list()).isEmpty();
      assertThat(runtime.inspect(spec.ref())).isEmpty();
      assertThat(runtime.signal(spec.ref(), Signal.KILL)).isFalse();
      runtime.remove(spec.ref());
      assertThatThrownBy(() -> runtime.create(spec))
          .isInstanceOfSatisfying(
              RuntimeFault.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
      runtime.cleanUp();
      assertThat(DockerCli.run("inspect", "-f", "{{.State.Running}}", otherNode)).isEqualTo("true");
    } finally {
      DockerCli.run("rm", "-f", otherNode);
    }
  }

  @Test
  void cleaningUpWaitsForWhatIsStillInTheNetwork() throws Exception {
    String network = "capstan-" + cluster.substring(0, 8) + "-it-node";
    DockerCli.run("run", "-d", "--rm", "--network", network, "--entrypoint", "sleep", HELLO, "1");
    runtime.cleanUp();
    assertThat(DockerCli.run("network", "ls", "-q", "-f", "name=" + network)).isEmpty();
  }

  @Test
  void aUsersContainerWithOurLabelsButNotTheNameIsLeftAlone() throws Exception {
    String copy =
        DockerCli.run(
            "run",
            "-d",
            "--label",
            "capstan.dev/cluster-id=" + cluster,
            "--label",
            "capstan.dev/node-uid=uid-new",
            "--label",
            "capstan.dev/pod-uid=x",
            "--label",
            "capstan.dev/attempt=0",
            HELLO);
    try {
      assertThat(runtime.list()).allMatch(c -> c.renamed());
    } finally {
      DockerCli.run("rm", "-f", copy);
    }
  }

  @Test
  void whatAnEarlierNodeObjectOfThisKubeletMadeIsStillOurs() throws Exception {
    DockerRuntime before =
        new DockerRuntime(settings, new NodeIdentity(cluster, "it-node", List.of("uid-old")), seam);
    ContainerSpec spec = spec(HELLO);
    before.create(spec);
    before.close();
    assertThat(runtime.inspect(spec.ref())).isPresent();
  }

  @Test
  void whatOthersStartedBeforeItsStartIsNotStartedAgain() throws Exception {
    try (Watching watching = new Watching()) {
      ContainerSpec spec = spec(HELLO);
      runtime.create(spec);
      DockerCli.run("start", spec.ref().name());
      DockerCli.run("kill", spec.ref().name());
      watching.awaitReported(spec.ref(), "die");
      runtime.start(spec.ref());
      assertThat(runtime.inspect(spec.ref()).orElseThrow().state()).isEqualTo(State.ENDED);
    }
  }

  @Test
  void whatOthersRenamedBeforeItsStartIsNotStarted() throws Exception {
    try (Watching watching = new Watching()) {
      ContainerSpec spec = spec(HELLO);
      String id = runtime.create(spec).id();
      renameOutside(spec.ref());
      watching.awaitReported(spec.ref(), "rename");
      assertThatThrownBy(() -> runtime.start(spec.ref()))
          .isInstanceOfSatisfying(
              RuntimeFault.class, e -> assertThat(e.kind()).isEqualTo(Kind.GONE));
      assertThat(DockerCli.run("inspect", "-f", "{{.State.Running}}", id)).isEqualTo("false");
    }
  }

  @Test
  void fromItsCreationUntilItRunsTheEngineIsAskedForAContainerOnce() throws Exception {
    DockerRuntime direct = runtime;
    try (DockerProxy proxy = new DockerProxy(DockerCli.host(), seam);
        DockerRuntime proxied = new DockerRuntime(settings(proxy.host()), node, seam)) {
      runtime = proxied;
      ContainerSpec spec = spec(HELLO);
      String look = "/containers/" + spec.ref().name() + "/json";
      try (Watching watching = new Watching()) {
        runtime.create(spec);
        runtime.start(spec.ref());
        for (int i = 0; i < 3; i++) {
          assertThat(runtime.inspect(spec.ref()).orElseThrow().state()).isEqualTo(State.RUNNING);
        }
        assertThat(proxy.requests(look)).isEqualTo(1);
        assertThat(proxy.requests("/start")).isEqualTo(1);
      }
      runtime.inspect(spec.ref());
      assertThat(proxy.requests(look)).as("without events nothing is known").isEqualTo(2);
    } finally {
      runtime = direct;
    }
  }

  @Test
  void aLostNetworkIsMadeAgain() throws Exception {
    DockerCli.run("network", "rm", "capstan-" + cluster.substring(0, 8) + "-it-node");
    ContainerSpec spec = spec(HELLO);
    assertThatThrownBy(() -> run(spec))
        .isInstanceOfSatisfying(
            RuntimeFault.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    assertThat(run(spec).state()).isEqualTo(State.RUNNING);
  }

  @Test
  void anEngineThatHangsIsUnavailable() throws Exception {
    Path socket = Files.createTempDirectory("hung").resolve("docker.sock");
    try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(UnixDomainSocketAddress.of(socket));
      DockerRuntime stuck = new DockerRuntime(settings("unix://" + socket), node, seam);
      assertThatThrownBy(stuck::info)
          .isInstanceOfSatisfying(
              RuntimeFault.class,
              e -> assertThat(e.words()).contains("did not answer version within 10 s"));
      stuck.close();
    }
  }

  @Test
  void anEngineThatIsNotThereIsUnavailable() {
    DockerRuntime nowhere =
        new DockerRuntime(settings("unix:///nonexistent/docker.sock"), node, seam);
    assertThatThrownBy(nowhere::info)
        .isInstanceOfSatisfying(
            RuntimeFault.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    nowhere.close();
  }
}
