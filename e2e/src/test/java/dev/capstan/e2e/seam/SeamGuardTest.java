package dev.capstan.e2e.seam;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.capstan.e2e.seam.SeamRules.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * No module waits, forks or rolls dice past the seam, but for what is listed and justified here.
 */
class SeamGuardTest {

  /**
   * A call that is allowed.
   *
   * @param caller prefix of the calling class's name
   * @param target as {@link Finding#target}; * for any
   * @param why kept for the reader
   */
  private record Exemption(String caller, String target, String why) {
    boolean covers(Finding finding) {
      return finding.caller().startsWith(caller)
          && (target.equals("*") || target.equals(finding.target()));
    }
  }

  private static final String SHUTDOWN_HOOK =
      "Runtime.addShutdownHook takes a thread that is not started";

  private static final String LOOKUP = "asked by key, never iterated";

  private static final List<Exemption> EXEMPTIONS =
      List.of(
          new Exemption("dev.capstan.seam.SystemSeam", "*", "it is the seam"),
          new Exemption("dev.capstan.seam.Carriers", "*", "it looks after the seam's threads"),
          new Exemption(
              "dev.capstan.kvstore.sqlite.DbThread",
              "Thread.ofPlatform",
              "SQLite's native calls would pin a virtual thread's carrier; simulations use the memory store"),
          new Exemption("dev.capstan.apiserver.Main", "Thread.<init>", SHUTDOWN_HOOK),
          new Exemption("dev.capstan.scheduler.Main", "Thread.<init>", SHUTDOWN_HOOK),
          new Exemption("dev.capstan.controller.Main", "Thread.<init>", SHUTDOWN_HOOK),
          new Exemption("dev.capstan.kubelet.Main", "Thread.<init>", SHUTDOWN_HOOK),
          new Exemption("dev.capstan.ctl.SystemConsole", "Thread.<init>", SHUTDOWN_HOOK),
          new Exemption("dev.capstan.e2e.bench.Main", "Thread.<init>", SHUTDOWN_HOOK),
          new Exemption(
              "dev.capstan.e2e.bench.PodMix",
              "Random.<init>",
              "seeded: every run has the same pods"),
          new Exemption(
              "dev.capstan.apiserver.Main",
              "Server.awaitTermination",
              "the last thing the process does"),
          new Exemption("dev.capstan.apiserver.cache.Fields", "Map.of", LOOKUP),
          new Exemption("dev.capstan.api.Quantity", "Map.copyOf", LOOKUP));

  @Test
  void nothingGoesPastTheSeam() {
    List<Exemption> unused = new ArrayList<>(EXEMPTIONS);
    List<Finding> findings = new ArrayList<>();
    for (JavaClass each : ProductionClasses.ALL) {
      for (Finding finding : SeamRules.findings(each)) {
        boolean exempt = EXEMPTIONS.stream().anyMatch(e -> e.covers(finding));
        unused.removeIf(e -> e.covers(finding));
        if (!exempt) {
          findings.add(finding);
        }
      }
    }
    findings.sort(Comparator.comparing(Finding::toString));
    assertThat(findings).isEmpty();
    assertThat(unused).as("exemptions that nothing needs any more").isEmpty();
  }

  @Test
  void everyRoomIsLookedAt() {
    List<String> rooms =
        List.of(
            "dev.capstan.api",
            "dev.capstan.seam",
            "dev.capstan.kvstore",
            "dev.capstan.client",
            "dev.capstan.apiserver",
            "dev.capstan.scheduler",
            "dev.capstan.controller",
            "dev.capstan.kubelet",
            "dev.capstan.ctl");
    assertThat(rooms)
        .allSatisfy(room ->
            assertThat(
                    ProductionClasses.ALL.stream().filter(c -> c.getPackageName().startsWith(room)))
                .hasSizeGreaterThan(1));
  }

  /** The rules catch what they say. */
  @Test
  void theRulesCatchWhatTheyForbid() {
    JavaClass offender = new ClassFileImporter().importClass(Offender.class);
    assertThat(SeamRules.findings(offender))
        .extracting(Finding::target)
        .containsExactlyInAnyOrder(
            "System.nanoTime",
            "Instant.now",
            "Thread.sleep",
            "UUID.randomUUID",
            "CountDownLatch.await",
            "List.parallelStream",
            "Set.of");
  }

  @SuppressWarnings("unused") // Only its bytecode is looked at.
  private static final class Offender {
    Object offend(CountDownLatch latch) throws InterruptedException {
      Thread.sleep(System.nanoTime());
      latch.await();
      boolean late = latch.await(1, TimeUnit.SECONDS);
      java.util.function.Supplier<UUID> reference = UUID::randomUUID;
      return List.of(
          Instant.now(),
          late,
          reference,
          java.util.Set.of(),
          java.util.Set.of(1),
          java.util.Set.of(1, 2),
          java.util.Map.of(1, 2),
          List.of(1).parallelStream());
    }
  }
}
