package dev.capstan.ctl.verb;

import dev.capstan.api.v1.LogChunk;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.ApiException;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.Failures;
import dev.capstan.ctl.text.Escapes;
import dev.capstan.ctl.text.VisibleStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Prints logs: one after the other, or, when following several, each on its own thread, line by
 * line.
 */
final class LogStreams {

  /** A container's log. */
  record Source(Pod pod, String container, LogsRequest request) {
    String prefix() {
      return Escapes.line("[pod/" + pod.getMetadata().getName() + "/" + container + "] ");
    }
  }

  private final Cli cli;

  /** What containers print is what they meant: it is not changed, on a terminal neither. */
  private final PrintStream out;

  private final boolean prefixed;
  private final ReentrantLock printing = new ReentrantLock();

  LogStreams(Cli cli, boolean prefixed) {
    this.cli = cli;
    this.out = VisibleStream.raw(cli.out());
    this.prefixed = prefixed;
  }

  int print(List<Source> sources, boolean follow) throws InterruptedException {
    if (!follow || sources.size() == 1) {
      int failed = 0;
      for (Source source : sources) {
        failed += tolerant(source, sources.size() > 1, follow);
      }
      return failed == 0 ? 0 : 1;
    }
    AtomicInteger failed = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (Source source : sources) {
      threads.add(
          cli.env()
              .seam()
              .threads()
              .start(
                  "log " + source.pod().getMetadata().getName(),
                  () -> {
                    try {
                      failed.addAndGet(tolerant(source, true, true));
                    } catch (InterruptedException e) {
                      failed.incrementAndGet();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return failed.get() == 0 ? 0 : 1;
  }

  /** Of several logs one may fail without the others. */
  private int tolerant(Source source, boolean several, boolean follow) throws InterruptedException {
    try {
      copy(source, several, follow);
      return 0;
    } catch (ApiException e) {
      if (!several) {
        throw e;
      }
      printing.lock();
      try {
        cli.out().flush();
        cli.err().println(Failures.text(cli, e));
        cli.err().flush();
      } finally {
        printing.unlock();
      }
      return 1;
    }
  }

  private void copy(Source source, boolean several, boolean follow) throws InterruptedException {
    boolean byLine = prefixed || (several && follow);
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    try (LogReading reading = new LogReading(cli, source.request())) {
      for (LogChunk chunk = reading.next(); chunk != null; chunk = reading.next()) {
        tell(source, chunk.getNotice());
        byte[] bytes = chunk.getData().toByteArray();
        if (byLine) {
          lines(source, rest, bytes);
        } else {
          out.write(bytes, 0, bytes.length);
        }
        if (follow && cli.outputGone()) {
          return;
        }
      }
    }
    if (rest.size() > 0) {
      line(source, rest.toByteArray());
    }
  }

  /** On stderr, so that what is read on is the log alone. */
  private void tell(Source source, String notice) {
    if (notice.isEmpty()) {
      return;
    }
    printing.lock();
    try {
      cli.out().flush();
      cli.err().println((prefixed ? source.prefix() : "") + "warning: " + notice);
      cli.err().flush();
    } finally {
      printing.unlock();
    }
  }

  private void lines(Source source, ByteArrayOutputStream rest, byte[] bytes) {
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        rest.write(bytes, from, i - from);
        line(source, rest.toByteArray());
        rest.reset();
        from = i + 1;
      }
    }
    rest.write(bytes, from, bytes.length - from);
  }

  private void line(Source source, byte[] line) {
    printing.lock();
    try {
      if (prefixed) {
        byte[] prefix = source.prefix().getBytes(StandardCharsets.UTF_8);
        out.write(prefix, 0, prefix.length);
      }
      out.write(line, 0, line.length);
      out.write('\n');
    } finally {
      printing.unlock();
    }
  }
}
