package dev.capstan.ctl.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VisibleStreamTest {

  @Test
  void controlCharactersAreShownAndTheRestIsAsItWas() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    VisibleStream stream = new VisibleStream(new PrintStream(bytes, false, StandardCharsets.UTF_8));
    String plain = "a é € \ud83d\ude80\tb\n".repeat(5_000);
    stream.print(plain);
    stream.print('\u001b');
    stream.printf("%s|", "\u0007\r");
    stream.println("\u009b\u202e");
    stream.flush();
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(plain + "^[^G\\r|\\u009b\\u202e\n");
  }

  @Test
  void whatCannotBeWrittenIsNoticed() {
    PrintStream closed =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    VisibleStream stream = new VisibleStream(closed);
    assertThat(stream.checkError()).isFalse();
    closed.close();
    stream.print("x");
    assertThat(stream.checkError()).isTrue();
  }
}
