package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.seam.Clock;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod that is given NET_RAW cannot take another's address: tried with forged ARP answers. */
class PortGuardIT {

  private static final AddressRange RANGE = AddressRange.parse("10.201.7.128/26");

  private final AheadClock clock = new AheadClock();
  private final Seam seam = new Seam(clock, Seam.system().threads(), Seam.system().random());
  private final NetTools tools = new NetTools(seam);
  private final NodeIdentity node = new NodeIdentity(seam.newUid(), "guard-it", List.of("uid"));
  @TempDir Path data;
  private DockerRuntime runtime;

  @BeforeEach
  void prepare() throws Exception {
    assumeThat(DockerCli.host()).as("CAPSTAN_TEST_DOCKER_HOST or DOCKER_HOST").isNotEmpty();
    runtime = start();
  }

  private DockerRuntime start() throws Exception {
    DockerSettings settings =
        new DockerSettings(DockerCli.host(), RANGE.toString(), 200, "1m", 2, 8, data);
    DockerRuntime made = new DockerRuntime(settings, node, seam);
    made.prepare();
    assertThat(made.shortcomings()).isEmpty();
    return made;
  }

  @AfterEach
  void cleanUp() throws Exception {
    if (runtime != null) {
      runtime.cleanUp();
      runtime.close();
      assertThat(tools.run("", "ebtables", "-t", "nat", "-L")).doesNotContain(chain());
    }
  }

  private String chain() {
    return "CAPSTAN-" + node.clusterId().substring(0, 8);
  }

  private ContainerRef run(int index) throws Exception {
    ContainerRef ref = new ContainerRef("default", "pod-" + index, "uid-" + index, "web", 0);
    runtime.create(
        new ContainerSpec(
            ref,
            "d",
            0,
            "localhost/capstan/hello:1",
            List.of(),
            List.of(),
            List.of(),
            "",
            "pod-" + index,
            RANGE.address(index),
            List.of(),
            new ContainerSpec.Limits(0, 0, 0),
            new ContainerSpec.Rights(List.of("NET_RAW"), List.of(), false),
            "",
            new TreeMap<>()));
    runtime.start(ref);
    runtime.inspect(ref);
    return ref;
  }

  /** The MAC at which the node has found the address. */
  private String found(String address) throws Exception {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> answers(address));
    return neighbour(address);
  }

  private static boolean answers(String address) {
    try (Socket socket = new Socket(address, 8080)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private String neighbour(String address) throws Exception {
    String line = tools.run("", "ip", "neigh", "show", address);
    return line.replaceFirst(".* lladdr (\\S+) .*", "$1");
  }

  /** From the attacker's port, that the victim's address is at the attacker's MAC. */
  private void forge(ContainerRef attacker, String mac, String address) throws Exception {
    String pid = DockerCli.run("inspect", "-f", "{{.State.Pid}}", attacker.name());
    int link = NetTools.interfacesOf(Long.parseLong(pid)).getFirst();
    Path program = data.resolve("spoof.pl");
    try (InputStream source = PortGuardIT.class.getResourceAsStream("spoof.pl")) {
      Files.write(program, Objects.requireNonNull(source).readAllBytes());
    }
    String index = Integer.toString(link);
    tools.run("", "nsenter", "-t", pid, "-n", "perl", program.toString(), index, mac, address);
  }

  @Test
  void forgedAnswersDoNotLeaveThePort() throws Exception {
    String victim = RANGE.address(1);
    String attacker = RANGE.address(2);
    run(1);
    ContainerRef evil = run(2);
    assertThat(found(victim)).isEqualTo(GuardRules.mac(victim));
    assertThat(found(attacker)).isEqualTo(GuardRules.mac(attacker));
    forge(evil, GuardRules.mac(attacker), victim);
    assertThat(neighbour(victim)).isEqualTo(GuardRules.mac(victim));
    // In the victim's own name altogether: neither does the bridge learn another port for it.
    forge(evil, GuardRules.mac(victim), victim);
    assertThat(found(victim)).isEqualTo(GuardRules.mac(victim));
  }

  /** As after a cluster that was killed and swept away without its kubelet. */
  @Test
  void theGuardOfAClusterThatIsGoneHoldsUpNobody() throws Exception {
    runtime.cleanUp();
    GuardRules former = new GuardRules("CAPSTAN-00000000-former", RANGE);
    tools.run(former.table(List.of()), "ebtables-restore", "--noflush");
    tools.run("", "ebtables", "-t", "nat", "-A", "PREROUTING", "-j", "CAPSTAN-00000000-former");
    runtime.prepare();
    run(6);
    assertThat(found(RANGE.address(6))).isEqualTo(GuardRules.mac(RANGE.address(6)));
    assertThat(tools.run("", "ebtables", "-t", "nat", "-L"))
        .doesNotContain("CAPSTAN-00000000-former");
  }

  /** What makes the test above worth something. */
  @Test
  void withoutTheGuardTheyDo() throws Exception {
    String victim = RANGE.address(3);
    run(3);
    ContainerRef evil = run(4);
    assertThat(found(victim)).isEqualTo(GuardRules.mac(victim));
    String name =
        tools
            .run("", "ebtables", "-t", "nat", "-L", "PREROUTING")
            .lines()
            .filter(line -> line.contains(chain()))
            .findFirst()
            .orElseThrow()
            .replace("-j ", "");
    tools.run("", "ebtables", "-t", "nat", "-F", name);
    forge(evil, GuardRules.mac(RANGE.address(4)), victim);
    assertThat(neighbour(victim)).isEqualTo(GuardRules.mac(RANGE.address(4)));
  }

  @Test
  void theNextKubeletFindsTheRulesAndKeepsThem() throws Exception {
    String first = RANGE.address(5);
    run(5);
    assertThat(answersIn(first)).isTrue();
    runtime.close();
    runtime = start();
    run(6);
    assertThat(answersIn(first)).isTrue();
    assertThat(tools.run("", "ebtables", "-t", "nat", "-L"))
        .contains("--ip-src " + first + " ")
        .contains("--ip-src " + RANGE.address(6) + " ");
  }

  /** The machine's clock, which can be told that time has passed. */
  private static final class AheadClock implements Clock {
    private final Clock machine = Seam.system().clock();
    private final AtomicLong ahead = new AtomicLong();

    void pass(Duration time) {
      ahead.addAndGet(time.toNanos());
    }

    @Override
    public Instant now() {
      return machine.now().plusNanos(ahead.get());
    }

    @Override
    public long nanoTime() {
      return machine.nanoTime() + ahead.get();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      machine.sleep(duration);
    }

    @Override
    public boolean awaitUntil(Lock lock, Condition condition, long deadlineNanos)
        throws InterruptedException {
      return machine.awaitUntil(lock, condition, deadlineNanos - ahead.get());
    }
  }

  @Test
  void aPodThatIsTakenOffTheNetworkAndPutOnItAgainHasItsPort() throws Exception {
    String address = RANGE.address(7);
    ContainerRef ref = run(7);
    assertThat(answersIn(address)).isTrue();
    String network = "capstan-" + node.clusterId().substring(0, 8) + "-guard-it";
    DockerCli.run("network", "disconnect", network, ref.name());
    DockerCli.run("network", "connect", "--ip", address, network, ref.name());
    clock.pass(Duration.ofMinutes(1));
    runtime.prepare();
    assertThat(answersIn(address)).isTrue();
  }

  @Test
  void rulesThatSomebodyHasTakenAwayComeBack() throws Exception {
    run(8);
    tools.run("", "ebtables", "-t", "nat", "-F");
    clock.pass(Duration.ofMinutes(1));
    runtime.prepare();
    assertThat(tools.run("", "ebtables", "-t", "nat", "-L", "PREROUTING")).contains(chain());
    assertThat(tools.run("", "ebtables", "-t", "nat", "-L"))
        .contains("--ip-src " + RANGE.address(8) + " ");
  }

  private boolean answersIn(String address) {
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> answers(address));
    return true;
  }
}
