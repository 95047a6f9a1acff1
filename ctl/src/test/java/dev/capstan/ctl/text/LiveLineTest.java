package dev.capstan.ctl.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On terminals that break a line anew when they are resized, and on those that do not. */
class LiveLineTest {

  private static final String LONG =
      "web [======              ] 1/3 updated, 3 available, 3 old, 12s";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
  private final LiveLine line = new LiveLine(out);

  private void show(FakeTerminal terminal) {
    out.flush();
    terminal.print(bytes.toString(StandardCharsets.UTF_8));
    bytes.reset();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void resizingLeavesNoFragments(boolean reflows) {
    FakeTerminal terminal = new FakeTerminal(80, reflows);
    terminal.print("$ capstan rolling-update web\nimage updated\n");
    line.show(LONG);
    show(terminal);
    assertThat(terminal.rows())
        .containsExactly("$ capstan rolling-update web", "image updated", LONG);
    for (int columns : new int[] {30, 12, 70, 200, 29}) {
      terminal.resize(columns);
      line.show(LONG + columns);
      show(terminal);
      assertThat(terminal.rows().getLast()).isEqualTo(cut(LONG + columns, columns));
      assertThat(String.join("", terminal.rows())).containsOnlyOnce("web [=");
    }
    terminal.resize(11);
    line.clear();
    out.println("done");
    show(terminal);
    assertThat(terminal.rows().getLast()).isEqualTo("done");
    assertThat(String.join("", terminal.rows())).doesNotContain("web [=");
    assertThat(terminal.rows().getFirst()).startsWith("$ capstan");
  }

  /** The last column stays free. */
  private static String cut(String text, int columns) {
    return text.substring(0, Math.min(text.length(), columns - 1));
  }

  @Test
  void whatIsLeftStaysAndIsTheLast() {
    FakeTerminal terminal = new FakeTerminal(80, true);
    line.show("1 of 2");
    show(terminal);
    terminal.print("^C"); // The terminal's own echo.
    assertThat(line.leave()).isTrue();
    line.show("2 of 2");
    out.println("goes on");
    show(terminal);
    assertThat(terminal.rows()).containsExactly("1 of 2", "goes on");
    assertThat(line.leave()).isFalse();
  }

  @Test
  void theSameTwiceIsSentOnce() {
    line.show("a");
    int sent = bytes.size();
    line.show("a");
    assertThat(bytes.size()).isEqualTo(sent);
  }

  @Test
  void aTextMovesNothing() {
    line.show("a\u001b[2J\nb");
    FakeTerminal terminal = new FakeTerminal(80, true);
    show(terminal);
    assertThat(terminal.rows()).containsExactly("a^[[2J\\nb");
  }
}
