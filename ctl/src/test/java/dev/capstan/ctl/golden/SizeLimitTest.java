package dev.capstan.ctl.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.ctl.testing.CommandTry;
import dev.capstan.ctl.testing.CommandTry.Outcome;
import dev.capstan.ctl.testing.HastyClock;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object that is too large for the server is too large for a dry run of the command. */
class SizeLimitTest {

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {%s}
      spec:
        containers:
        - {name: web, image: "hello:1", args: ["%s"]}
      """;

  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            containers:
            - {name: web, image: "hello:1", args: ["%s"]}
      """;

  /** What the server says of this pod, in the API server's CreateTest. */
  private static final int WITH_A_MEBIBYTE = 1_048_762;

  @TempDir Path home;
  private CommandTry there;

  @BeforeEach
  void start() throws IOException {
    there = new CommandTry(new FakeApi(new FakeServer()), new HastyClock(), home);
  }

  @AfterEach
  void stop() {
    there.close();
  }

  private Outcome dryRun(String verb, String manifest) {
    return there.run(manifest, verb, "-f", "-", "--dry-run=client");
  }

  private static String pod(int bytes) {
    return POD.formatted("name: web", "x".repeat(bytes));
  }

  private static String tooLarge(String object, int bytes) {
    return "error: stdin:1:1: " + object + " is too large: " + bytes + " bytes, at most 1048576\n";
  }

  @Test
  void createSaysWhatTheServerWouldSay() {
    Outcome refused = dryRun("create", pod(1 << 20));
    assertThat(refused.err()).isEqualTo(tooLarge("pods \"web\"", WITH_A_MEBIBYTE));
    assertThat(refused.out()).isEmpty();
    assertThat(refused.code()).isEqualTo(1);

    int most = (1 << 20) - (WITH_A_MEBIBYTE - (1 << 20));
    assertThat(dryRun("create", pod(most)).out()).isEqualTo("pod/web created (dry run)\n");
    assertThat(dryRun("create", pod(most + 1)).err())
        .isEqualTo(tooLarge("pods \"web\"", (1 << 20) + 1));
  }

  @Test
  void aNameToBeGeneratedCounts() {
    String manifest = POD.formatted("generateName: web-", "x".repeat(1 << 20));
    assertThat(dryRun("create", manifest).err()).contains("pods \"web-xxxxx\" is too large: ");
  }

  /** What apply notes for itself is stored, too. */
  @Test
  void applySaysItOfWhatItWouldCreate() {
    String manifest = pod((1 << 20) - (WITH_A_MEBIBYTE - (1 << 20)));
    assertThat(dryRun("apply", manifest).err()).isEqualTo(tooLarge("pods \"web\"", 1_048_772));
  }

  @Test
  void applySaysItOfWhatItWouldChange() {
    assertThat(there.run(DEPLOYMENT.formatted("x"), "apply", "-f", "-").code()).isZero();
    assertThat(dryRun("apply", DEPLOYMENT.formatted("x".repeat(1 << 20))).err())
        .startsWith("error: stdin:1:1: deployments.apps \"web\" is too large: 104")
        .endsWith(" bytes, at most 1048576\n");
    assertThat(dryRun("apply", DEPLOYMENT.formatted("x".repeat(1_000_000))).out())
        .isEqualTo("deployment.apps/web configured (dry run)\n");
  }
}
