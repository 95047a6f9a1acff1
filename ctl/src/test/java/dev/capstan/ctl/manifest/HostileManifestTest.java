package dev.capstan.ctl.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.KindRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts made to hurt are refused, and soon. */
class HostileManifestTest {

  private static final dev.capstan.seam.Clock CLOCK = dev.capstan.seam.Seam.system().clock();
  private static final Duration SOON = Duration.ofMillis(100);

  private static List<Manifest> read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Manifest> read(byte[] text) {
    ManifestReader reader = new ManifestReader(KindRegistry.builtin(), "default", false);
    reader.read("f.yaml", text);
    return reader.manifests();
  }

  private static void refusedSoon(String string, String why) {
    byte[] text = string.getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> read(text)).hasMessageContaining(why); // Warms up, too.
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = CLOCK.nanoTime();
      assertThatThrownBy(() -> read(text)).hasMessageContaining(why);
      best = Math.min(best, CLOCK.nanoTime() - start);
    }
    assertThat(Duration.ofNanos(best)).isLessThan(SOON);
  }

  @Test
  void anAliasBombIsRefused() {
    StringBuilder b = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      b.append("a").append(i).append(": &a").append(i).append(" [");
      b.append(("*a" + (i - 1) + ",").repeat(9)).append("]\n");
    }
    refusedSoon(b.toString(), "once aliases are replaced");
  }

  @Test
  void deepNestingIsRefused() {
    refusedSoon("a: " + "[".repeat(10_000) + "]".repeat(10_000), "levels deep");
    refusedSoon("a: " + "{a: ".repeat(10_000), "levels deep");
  }

  @Test
  void aHundredMegabytesAreRefused() {
    refusedSoon("#".repeat(100 << 20), "larger than");
  }

  @Test
  void tagsOfLanguagesAreRefused() {
    refusedSoon("a: !!java.net.URL [x]", "is not allowed");
    refusedSoon("a: !local x", "is not allowed");
    refusedSoon("a: !!binary aGk=", "is not allowed");
  }

  @Test
  void anAliasInsideItselfIsRefused() {
    refusedSoon("a: &a [*a]", "stands for nothing");
  }

  @Test
  void problemsAreBounded() {
    StringBuilder b = new StringBuilder("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n");
    for (int i = 0; i < 1000; i++) {
      b.append("  f").append(i).append(": 1\n");
    }
    assertThatThrownBy(() -> read(b.toString()))
        .hasMessageContaining("and 980 more")
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(21));
  }

  @Test
  void controlCharactersInNamesAreShownNotSent() {
    assertThatThrownBy(() -> read("apiVersion: v1\nkind: \"a\\e[2Jb\"\n"))
        .hasMessageContaining("^[[2J");
  }

  @Test
  void anObjectThatFitsNoRequestIsRefused() {
    String text = "x".repeat(4 << 20);
    assertThatThrownBy(() ->
            read("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: " + text + "}}"))
        .hasMessageContaining("is too large");
  }

  @Test
  void aLongTextTakesTimeInProportion() {
    String text = "x".repeat(1 << 20);
    long start = CLOCK.nanoTime();
    read("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: " + text + "}}");
    assertThat(Duration.ofNanos(CLOCK.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }
}
