package dev.capstan.ctl.testing;

import dev.capstan.client.Connection;
import dev.capstan.ctl.Capstan;
import dev.capstan.ctl.Console;
import dev.capstan.ctl.Env;
import dev.capstan.seam.Clock;
import dev.capstan.seam.Seam;
import io.grpc.HandlerRegistry;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Runs commands against a server within this process. */
public final class CommandTry implements AutoCloseable {

  /** What a command came to. */
  public record Outcome(int code, String out, String err) {}

  private final Path home;
  private final Clock clock;
  private final String name = InProcessServerBuilder.generateName();
  private final Server server;

  /**
   * Starts the server.
   *
   * @param home an empty folder
   */
  public CommandTry(HandlerRegistry api, Clock clock, Path home) throws IOException {
    this.home = home;
    this.clock = clock;
    this.server =
        InProcessServerBuilder.forName(name)
            .fallbackHandlerRegistry(api)
            .directExecutor()
            .build()
            .start();
  }

  /** Runs a command whose output goes into a pipe. */
  public Outcome run(String stdin, String... words) {
    return execute(false, stdin, words);
  }

  /** Runs a command on a terminal. */
  public Outcome onTerminal(String... words) {
    return execute(true, "", words);
  }

  private Outcome execute(boolean terminal, String stdin, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Env env =
        new Env(
            Map.of(),
            home,
            home,
            new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
            print(out),
            print(err),
            terminal,
            false,
            Console.NONE,
            new Seam(clock, Seam.system().threads(), new SplittableRandom(1)),
            (options, seam) ->
                Connection.over(
                    () -> InProcessChannelBuilder.forName(name).directExecutor().build(),
                    options,
                    seam));
    int code = new Capstan(env).run(List.of(words));
    env.out().flush();
    env.err().flush();
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, false, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
