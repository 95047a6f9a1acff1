package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogFramesTest {

  private static final String TIME = "2026-11-30T21:19:35.123456789Z ";

  private final List<String> taken = new ArrayList<>();
  private final LogFrames frames =
      new LogFrames((time, bytes) -> {
        taken.add(time.getNano() + " " + new String(bytes, StandardCharsets.UTF_8));
        return true;
      });

  @Test
  void aFrameThatComesInPartsIsPutTogether() throws Exception {
    String whole = TIME + "hello world\n";
    for (int cut = 1; cut < whole.length(); cut++) {
      out(whole.substring(0, cut));
      out(whole.substring(cut));
    }
    assertThat(taken).hasSize(whole.length() - 1).containsOnly("123456789 hello world\n");
  }

  @Test
  void thePartsOfALongLineStayPieces() throws Exception {
    out(TIME + "a".repeat(2000));
    out("a".repeat(100));
    out(TIME + "b\n");
    assertThat(taken).containsExactly("123456789 " + "a".repeat(2100), "123456789 b\n");
  }

  @Test
  void whatIsLeftAtTheEndIsAPiece() throws Exception {
    out(TIME + "no line break");
    assertThat(taken).isEmpty();
    frames.end();
    assertThat(taken).containsExactly("123456789 no line break");
  }

  @Test
  void anotherStreamIsAnotherPiece() throws Exception {
    out(TIME + "out");
    frames.add(new Frame(StreamType.STDERR, bytes(TIME + "err\n")));
    assertThat(taken).containsExactly("123456789 out", "123456789 err\n");
  }

  @Test
  void aPieceWithoutTimeIsAnErrorThatShowsIt() {
    assertThatThrownBy(() -> out("oops\n")).hasMessageContaining("without its time: oops");
  }

  private void out(String text) throws InterruptedException {
    frames.add(new Frame(StreamType.STDOUT, bytes(text)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
