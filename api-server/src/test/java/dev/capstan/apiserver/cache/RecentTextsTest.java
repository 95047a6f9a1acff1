package dev.capstan.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentTextsTest {

  private final RecentTexts texts = new RecentTexts(4);

  private static String copy(String text) {
    return new StringBuilder(text).toString();
  }

  @Test
  void whatComesAgainIsKeptOnce() {
    String first = texts.share(copy("node-1"));
    assertThat(texts.share(copy("node-1"))).isSameAs(first);
    assertThat(texts.share(copy("node-2"))).isEqualTo("node-2").isNotSameAs(first);
  }

  @Test
  void whatItHasForgottenIsStillItself() {
    IntStream.range(0, 1000)
        .mapToObj(i -> "pod-" + i)
        .forEach(text -> assertThat(texts.share(text)).isSameAs(text));
    assertThat(texts.share(copy("pod-0"))).isEqualTo("pod-0");
  }
}
