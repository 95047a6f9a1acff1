package dev.capstan.ctl.args;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The forms pflag understands. */
class ArgParserTest {

  private static final List<Flag> FLAGS =
      List.of(
          Flag.bool("all", 'A', ""),
          Flag.bool("watch", 'w', ""),
          Flag.text("namespace", 'n', ""),
          Flag.list("env", 'e', ""),
          Flag.number("tail", "-1", ""),
          Flag.duration("timeout", null, ""),
          Flag.text("dry-run", '\0', "").or("none").bare("client"));

  private static Parsed parse(String... args) {
    return ArgParser.parse(FLAGS, List.of(args));
  }

  @Test
  void flagsMayStandAnywhereAndInEveryForm() {
    for (Parsed p :
        List.of(
            parse("a", "-n", "x", "b", "-w"),
            parse("-nx", "a", "b", "--watch"),
            parse("--namespace=x", "-w=true", "a", "b"),
            parse("-Awn", "x", "a", "b"),
            parse("-wn=x", "a", "b"))) {
      assertThat(p.words()).containsExactly("a", "b");
      assertThat(p.text("namespace")).isEqualTo("x");
      assertThat(p.is("watch")).isTrue();
    }
  }

  @Test
  void whatFollowsTwoDashesIsNotOurs() {
    Parsed p = parse("run", "-w", "--", "-n", "--env=x");
    assertThat(p.words()).containsExactly("run", "-n", "--env=x");
    assertThat(p.dashAt()).isEqualTo(1);
  }

  @Test
  void theLastOneWinsAndListsCollect() {
    Parsed p = parse("-n", "a", "-n", "b", "-e", "A=1", "--env=B=2,3");
    assertThat(p.text("namespace")).isEqualTo("b");
    assertThat(p.all("env")).containsExactly("A=1", "B=2,3");
  }

  @Test
  void aFlagWithABareValueTakesNoNextWord() {
    Parsed p = parse("--dry-run", "server");
    assertThat(p.text("dry-run")).isEqualTo("client");
    assertThat(p.words()).containsExactly("server");
    assertThat(parse("--dry-run=server").text("dry-run")).isEqualTo("server");
  }

  @Test
  void valuesAreChecked() {
    assertThat(parse("--tail", "-5").number("tail")).isEqualTo(-5);
    assertThat(parse("--timeout=1m30s").duration("timeout")).isEqualTo(Duration.ofSeconds(90));
    assertThat(parse("--timeout=5").duration("timeout")).isEqualTo(Duration.ofSeconds(5));
    assertThat(parse("--tail=9223372036854775807").number("tail")).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> parse("--tail=9223372036854775808"))
        .hasMessageEndingWith("must have at most 64 bits");
    assertThatThrownBy(() -> parse("--tail=\u0661\u0662")).hasMessageContaining("whole number");
    assertThatThrownBy(() -> parse("--tail=x")).hasMessageContaining("whole number");
    assertThatThrownBy(() -> parse("--timeout=x")).hasMessageContaining("must be a time");
    assertThatThrownBy(() -> parse("-n")).hasMessage("flag needs an argument: 'n' in -n");
    assertThatThrownBy(() -> parse("--namespace"))
        .hasMessage("flag needs an argument: --namespace");
    assertThatThrownBy(() -> parse("-wx")).hasMessage("unknown shorthand flag: 'x' in -wx");
  }
}
