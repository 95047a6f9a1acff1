package dev.capstan.ctl.verb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.KindRegistry;
import dev.capstan.ctl.print.Format;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.print.Printer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingObjectsTest {

  @Test
  void theyCanBePrintedInEveryFormatWithoutAServer() {
    Instant now = Instant.parse("2026-11-22T12:00:00Z");
    for (Item item : TrainingObjects.items(KindRegistry.builtin(), now)) {
      for (String format : List.of("", "wide", "yaml", "json", "name")) {
        assertThat(Printer.plain(Format.of(format)).list(List.of(item, item), now))
            .contains("training");
      }
    }
  }
}
