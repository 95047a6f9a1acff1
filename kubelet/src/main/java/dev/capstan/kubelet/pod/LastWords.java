package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Container;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.LogQuery;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.TimedCalls;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** The termination message of a container: what it left in its file, or the end of its log. */
final class LastWords {

  /** Kubernetes' bounds for what is taken from a log. */
  private static final long LOG_LINES = 80;

  private static final int LOG_BYTES = 2048;

  /** A log that does not come must not keep its pod from being restarted. */
  private static final Duration LOG_LIMIT = Duration.ofSeconds(10);

  private final PodEnvironment env;
  private final PodInbox inbox;

  LastWords(PodEnvironment env, PodInbox inbox) {
    this.env = env;
    this.inbox = inbox;
  }

  /** Of a container that has ended. That it cannot be read does not hold anything up. */
  String of(ContainerView view) throws InterruptedException {
    if (view.startedAt() == null) {
      return view.error();
    }
    try {
      String text = text(env.runtime().message(view.ref()));
      if (text.isEmpty() && view.exitCode() != 0 && fallsBack()) {
        text = endOfLog(view);
      }
      return text.isEmpty() ? view.error() : text;
    } catch (RuntimeFault e) {
      return "cannot read the termination message: " + e.words();
    }
  }

  private boolean fallsBack() {
    Container container = inbox.pod().getSpec().getContainers(0);
    return container.getTerminationMessagePolicy().equals("FallbackToLogsOnError");
  }

  private String endOfLog(ContainerView view) throws RuntimeFault, InterruptedException {
    return switch (new TimedCalls(env.seam()).call("log", LOG_LIMIT, () -> log(view))) {
      case TimedCalls.Returned<byte[]>(byte[] log) -> text(log);
      case TimedCalls.Threw<byte[]>(RuntimeFault fault) -> throw fault;
      case TimedCalls.Threw<byte[]>(Throwable e) ->
          throw new RuntimeFault(RuntimeFault.Kind.FAILED, String.valueOf(e.getMessage()), e);
      case TimedCalls.TimedOut<byte[]>() ->
          throw new RuntimeFault(
              RuntimeFault.Kind.UNAVAILABLE,
              "the engine did not send the log within " + LOG_LIMIT.toSeconds() + " s");
    };
  }

  private byte[] log(ContainerView view) throws RuntimeFault, InterruptedException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    env.runtime()
        .logs(
            view.ref(),
            new LogQuery(false, LOG_LINES, null),
            (time, bytes) -> {
              byte[] end = end(log.toByteArray(), bytes);
              log.reset();
              log.writeBytes(end);
              return true;
            });
    return log.toByteArray();
  }

  private static byte[] end(byte[] before, byte[] more) {
    byte[] all = Arrays.copyOf(before, before.length + more.length);
    System.arraycopy(more, 0, all, before.length, more.length);
    return all.length <= LOG_BYTES
        ? all
        : Arrays.copyOfRange(all, all.length - LOG_BYTES, all.length);
  }

  /** A piece may begin within a character: that one is left out. */
  private static String text(byte[] bytes) {
    int begin = 0;
    while (begin < Math.min(3, bytes.length) && (bytes[begin] & 0xC0) == 0x80) {
      begin++;
    }
    return new String(bytes, begin, bytes.length - begin, StandardCharsets.UTF_8);
  }
}
