package dev.capstan.ctl.rollout;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.LogChunk;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.client.ApiException;
import dev.capstan.client.ServerStream;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.text.Escapes;
import dev.capstan.ctl.text.Tabs;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Says why a rollout stopped and what to type next.
 *
 * @param oldReady pods of earlier revisions that still serve
 * @param rollback true if a rollback was being followed
 */
record Report(Cli cli, Deployment deployment, long oldReady, boolean rollback) {

  private static final int LOG_LINES = 10;
  private static final Duration LOG_PATIENCE = Duration.ofSeconds(3);
  private static final int MAX_LOG_BYTES = 16 << 10;

  void print(Trouble trouble) throws InterruptedException {
    PrintStream err = cli.err();
    String name = deployment.getMetadata().getName();
    err.println(
        "error: the rollout of deployment \""
            + name
            + "\" is stuck: pod "
            + trouble.pod()
            + " "
            + Escapes.line(trouble.summary()));
    Tabs tabs = Tabs.describe().line("  Reason:\t" + Escapes.line(trouble.reason()));
    if (trouble.exitCode() != null) {
      tabs.line("  Exit code:\t" + trouble.exitCode());
    }
    if (!trouble.message().isBlank()) {
      tabs.line("  Message:\t" + Escapes.line(trouble.message().strip()));
    }
    err.print(tabs);
    if (trouble.hasLog()) {
      log(trouble);
    }
    if (oldReady > 0) {
      err.println(oldReady + (oldReady == 1 ? " old pod keeps" : " old pods keep") + " serving.");
    }
    next(name, trouble);
  }

  private void next(String name, Trouble trouble) {
    cli.err().println("What to type next:");
    Tabs tabs = Tabs.describe();
    String history = cli.hint("rollout history deployment/" + name);
    String back = cli.hint("rolling-update " + name + " --rollback");
    tabs.line(
        rollback
            ? "  " + history + "\tshows the revisions to choose from"
            : "  " + back + "\tgoes back to the previous revision");
    tabs.line("  " + cli.hint("describe pod " + trouble.pod()) + "\tshows the pod and its events");
    cli.err().print(tabs);
  }

  private void log(Trouble trouble) throws InterruptedException {
    try {
      List<String> before = previous(trouble);
      List<String> lines = before.isEmpty() ? lines(trouble, false) : before;
      cli.err().println(lines.isEmpty() ? "  It logged nothing." : "  Last log lines:");
      lines.forEach(line -> cli.err().println("    " + Escapes.line(line)));
    } catch (ApiException e) {
      // The report goes out without the log rather than not at all.
      cli.err().println("  Its log could not be read: " + Escapes.line(e.message()));
    }
  }

  private List<String> previous(Trouble trouble) throws InterruptedException {
    try {
      return lines(trouble, true);
    } catch (ApiException e) {
      return List.of(); // Gone already; the current one ended the same way.
    }
  }

  private List<String> lines(Trouble trouble, boolean previous) throws InterruptedException {
    LogsRequest request =
        LogsRequest.newBuilder()
            .setNamespace(deployment.getMetadata().getNamespace())
            .setName(trouble.pod())
            .setContainer(trouble.container())
            .setPrevious(previous)
            .setTailLines(LOG_LINES)
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ServerStream<LogChunk> stream = cli.api().logs(request)) {
      for (LogChunk c = stream.next(LOG_PATIENCE);
          c != null && bytes.size() < MAX_LOG_BYTES;
          c = stream.next(LOG_PATIENCE)) {
        bytes.writeBytes(c.getData().toByteArray());
      }
    }
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
