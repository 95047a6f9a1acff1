package dev.capstan.ctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.ctl.testing.HastyClock;
import dev.capstan.seam.Seam;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Several things are followed at once, and not all of them are away. */
class OutageTest {

  private final HastyClock clock = new HastyClock();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Connection connection =
      Connection.over(
          () -> InProcessChannelBuilder.forName("nobody").build(),
          ConnectionOptions.of("a:1", null),
          new Seam(clock, Seam.system().threads(), new SplittableRandom(1)));

  private ApiException failure() {
    return catchThrowableOfType(
        ApiException.class, () -> Api.of(connection).namespaces().get("default"));
  }

  private Outage outage(Duration limit) {
    return new Outage(
        "a:1", connection, new PrintStream(printed, true, StandardCharsets.UTF_8), limit);
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatIsHeardOfOneSaysNothingOfAnother() throws InterruptedException {
    Outage outage = outage(Duration.ZERO);
    Outage.Reader away = outage.reader();
    Outage.Reader there = outage.reader();
    ApiException failure = failure();
    long before = clock.nanoTime();
    for (int i = 0; i < 10; i++) {
      away.bear(failure);
      there.over();
    }
    assertThat(printed().lines()).singleElement().asString().endsWith("; waiting (Ctrl-C ends)");
    assertThat(Duration.ofNanos(clock.nanoTime() - before))
        .as("pauses grow")
        .isGreaterThan(Duration.ofSeconds(5));
    away.over();
    assertThat(printed()).endsWith("\nGoing on.\n");
  }

  @Test
  void whenAllAreAwayItIsSaidOnce() throws InterruptedException {
    Outage outage = outage(Duration.ZERO);
    Outage.Reader first = outage.reader();
    Outage.Reader second = outage.reader();
    ApiException failure = failure();
    first.bear(failure);
    second.bear(failure);
    first.over();
    second.over();
    assertThat(printed().lines()).hasSize(2).last().isEqualTo("Going on.");
  }
}
