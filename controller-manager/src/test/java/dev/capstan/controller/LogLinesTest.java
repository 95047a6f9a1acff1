package dev.capstan.controller;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.capstan.client.control.ReconcileId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The lines of this process's log, as its own configuration makes them. */
class LogLinesTest {

  private static String line(Map<String, String> context) throws JoranException {
    LoggerContext logback = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(logback);
    configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());
    var appender = (ConsoleAppender<ILoggingEvent>) logback.getLogger("ROOT").getAppender("stderr");
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext(logback);
    event.setLoggerName("dev.capstan.controller.Some");
    event.setLevel(Level.WARN);
    event.setMessage("{} is full");
    event.setArgumentArray(new Object[] {"[node-1]"});
    event.setInstant(Instant.parse("2026-11-22T12:00:00Z"));
    event.setMDCPropertyMap(context);
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void aLineOfAReconcileSaysOfWhich() throws JoranException {
    assertThat(line(Map.of(ReconcileId.LOG_KEY, "replicaset#12")))
        .endsWith(" WARN  Some [replicaset#12]: [node-1] is full\n");
  }

  @Test
  void anyOtherLineHasNothingInItsPlace() throws JoranException {
    assertThat(line(Map.of())).endsWith(" WARN  Some: [node-1] is full\n");
  }
}
