package dev.capstan.ctl.golden;

import dev.capstan.client.Connection;
import dev.capstan.ctl.Capstan;
import dev.capstan.ctl.Console;
import dev.capstan.ctl.Env;
import dev.capstan.seam.Seam;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * A transcript: commands after {@code $ } with what they print. Lines of standard error start with
 * {@code ! }, an exit code other than 0 is a line {@code ? 1}. Lines after {@code % } set the
 * stage:
 *
 * <ul>
 *   <li>{@code % cluster FILE} puts the objects of a file there
 *   <li>{@code % then TYPE FILE} lets them change once somebody watches
 *   <li>{@code % missed TYPE FILE} lets them change while the watch is away
 *   <li>{@code % cut N} breaks the next log that is followed after N lines
 *   <li>{@code % log POD TEXT}, {@code % previous POD TEXT}
 *   <li>{@code % unreadable KEY}, as pods/default/web
 *   <li>{@code % version V}, {@code % token T}, {@code % terminal}, {@code % down}, {@code % home}
 * </ul>
 */
final class Transcript {

  private static final Pattern HIDDEN = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\\n\\t]]");

  private final Path resources;
  private final Path home;
  private final FakeServer server = new FakeServer();
  private final String name;
  private boolean terminal;
  private boolean down;
  private final Map<String, String> variables = new LinkedHashMap<>();

  Transcript(Path resources, Path home, String name) {
    this.resources = resources;
    this.home = home;
    this.name = name;
  }

  /** Runs the commands of a transcript and returns the transcript as it should have been. */
  String replay(String text) throws IOException {
    Server grpc =
        InProcessServerBuilder.forName(name)
            .fallbackHandlerRegistry(new FakeApi(server))
            .directExecutor()
            .build()
            .start();
    try {
      StringBuilder out = new StringBuilder();
      for (String line : text.split("\n", -1)) {
        if (line.startsWith("$ ")) {
          out.append(line).append('\n').append(command(line.substring(2)));
        } else if (line.startsWith("%")) {
          out.append(line).append('\n');
          direct(line.substring(1).strip());
        } else if (line.startsWith("#") || line.isBlank()) {
          boolean repeated = line.isBlank() && (out.isEmpty() || out.toString().endsWith("\n\n"));
          out.append(repeated ? "" : line + "\n");
        }
      }
      return out.toString().strip() + "\n";
    } finally {
      grpc.shutdownNow();
    }
  }

  private String command(String line) throws IOException {
    List<String> words = Words.split(line.replace("HOME", home.toString()));
    InputStream in = InputStream.nullInputStream();
    int redirect = words.indexOf("<");
    if (redirect >= 0) {
      Path file = resources.resolve("files").resolve(words.get(redirect + 1));
      in = new ByteArrayInputStream(Files.readAllBytes(file));
      words = words.subList(0, redirect);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Env env = env(in, print(out), print(err));
    int code = new Capstan(env).run(words.subList(1, words.size()));
    env.out().flush();
    env.err().flush();
    return quote(out, "") + quote(err, "! ") + (code == 0 ? "" : "? " + code + "\n") + "\n";
  }

  private Env env(InputStream in, PrintStream out, PrintStream err) {
    Seam seam = new Seam(new StillClock(), Seam.system().threads(), new SplittableRandom(1));
    return new Env(
        variables,
        home,
        resources.resolve("files"),
        in,
        out,
        err,
        terminal,
        terminal,
        Console.NONE,
        seam,
        (options, s) ->
            down
                ? Connection.open(options, s)
                : Connection.over(
                    () -> InProcessChannelBuilder.forName(name).directExecutor().build(),
                    options,
                    s));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, false, StandardCharsets.UTF_8);
  }

  private String quote(ByteArrayOutputStream bytes, String prefix) {
    String text =
        bytes
            .toString(StandardCharsets.UTF_8)
            .replace(home.toString(), "HOME")
            .replace(resources.resolve("files").toAbsolutePath().toString(), "HERE")
            .replace("\r", "<CR>")
            .replace("\u001b", "<ESC>");
    text = HIDDEN.matcher(text).replaceAll(c -> "<%04x>".formatted((int) c.group().charAt(0)));
    StringBuilder b = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      b.append(prefix.isEmpty() ? "| " : prefix).append(line).append('\n');
    }
    // A text that ends with a line break splits into one line too many; one that does not is
    // marked.
    String last = (prefix.isEmpty() ? "| " : prefix) + "\n";
    if (text.isEmpty() || text.endsWith("\n")) {
      b.setLength(b.length() - last.length());
    } else {
      b.setLength(b.length() - 1);
      b.append("<no line break>\n");
    }
    return b.toString().replace("| \n", "|\n").replace("! \n", "!\n");
  }

  private void direct(String directive) throws IOException {
    String[] words = directive.split(" ", 3);
    switch (words[0]) {
      case "cluster" -> read(words[1]).forEach(p -> server.put(p.kind(), p.object()));
      case "then" ->
          read(words[2])
              .forEach(
                  p -> server.script.add(new FakeServer.Pending(words[1], p.kind(), p.object())));
      case "missed" ->
          read(words[2])
              .forEach(
                  p -> server.missed.add(new FakeServer.Pending(words[1], p.kind(), p.object())));
      case "cut" -> server.logLinesUntilCut = Integer.parseInt(words[1]);
      case "log" -> server.logs.put(words[1], unquoted(words[2]));
      case "previous" -> server.logs.put("previous " + words[1], unquoted(words[2]));
      case "unreadable" -> server.unreadable.add(words[1]);
      case "version" -> server.version = words[1];
      case "token" -> server.token = words[1];
      case "terminal" -> terminal = true;
      case "down" -> down = true;
      case "write" -> Files.writeString(home.resolve(words[1]), words[2] + "\n");
      case "env" -> variables.put(words[1], words[2].replace("HOME", home.toString()));
      default -> throw new IllegalArgumentException("% " + directive);
    }
  }

  private static String unquoted(String text) {
    return text.replace("\\n", "\n").replace("<ESC>", "\u001b");
  }

  private List<FakeServer.Pending> read(String file) throws IOException {
    return Clusters.read(server.kinds, resources.resolve("clusters").resolve(file));
  }
}
