package dev.capstan.kvstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/store.md shows what really happens. */
class StorePageTest {

  @Test
  void theTourInTheDocumentationIsReal() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    StoreTour.run(new PrintStream(printed, true, UTF_8));
    String page = Files.readString(Path.of("..", "docs", "store.md"));
    assertThat(page).contains(printed.toString(UTF_8).indent(4));
  }
}
