package dev.capstan.client.control;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What a logger is told, instead of being printed. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger logger;
  private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();

  private LogLines(Logger logger) {
    this.logger = logger;
  }

  static LogLines of(String name) {
    Logger logger = (Logger) LoggerFactory.getLogger(name);
    LogLines lines = new LogLines(logger);
    lines.setContext(logger.getLoggerContext());
    lines.start();
    logger.setAdditive(false);
    logger.addAppender(lines);
    return lines;
  }

  @Override
  protected void append(ILoggingEvent line) {
    line.prepareForDeferredProcessing(); // The context is the thread's, and read only when asked
    // for.
    lines.add(line);
  }

  /** The lines, each after what its context has under this key. */
  List<String> withContext(String key) {
    return lines.stream()
        .map(line -> line.getMDCPropertyMap().get(key) + " " + line.getFormattedMessage())
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
  }
}
