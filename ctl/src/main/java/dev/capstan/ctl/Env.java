package dev.capstan.ctl;

import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.ctl.text.VisibleStream;
import dev.capstan.seam.Seam;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * What surrounds one run of the command; everything a test wants to set.
 *
 * @param variables environment variables
 * @param home where {@code .capstan/config} is
 * @param directory relative file names start here
 * @param in standard input
 * @param out standard output: the answer and nothing else
 * @param err standard error
 * @param terminal true if standard output is a terminal
 * @param interactive true if questions can be asked: standard input and error are a terminal
 * @param console the terminal's Ctrl-C
 * @param seam time and threads
 * @param connector opens connections
 */
public record Env(
    Map<String, String> variables,
    Path home,
    Path directory,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    boolean interactive,
    Console console,
    Seam seam,
    BiFunction<ConnectionOptions, Seam, Connection> connector) {

  /** The same, except that what is printed can do nothing to a terminal. */
  Env guarded() {
    return new Env(
        variables,
        home,
        directory,
        in,
        terminal ? new VisibleStream(out) : out,
        new VisibleStream(err),
        terminal,
        interactive,
        console,
        seam,
        connector);
  }

  /** A file named on the command line. */
  public Path file(String name) {
    return directory.resolve(name);
  }
}
