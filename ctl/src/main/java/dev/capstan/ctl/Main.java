package dev.capstan.ctl;

import dev.capstan.client.Connection;
import dev.capstan.seam.Seam;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The {@code capstan} command. */
public final class Main {

  /** Held, or the setting would be collected with it. What gRPC would warn of is in its errors. */
  private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    // There is no logger here, and no one to tell about it.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    GRPC_LOG.setLevel(Level.OFF);
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    Env env =
        new Env(
            System.getenv(),
            home(System.getenv(), System.getProperty("user.home")),
            Path.of(System.getProperty("user.dir")),
            new FileInputStream(FileDescriptor.in),
            out,
            err,
            isTerminal(1),
            isTerminal(0) && isTerminal(2),
            new SystemConsole(),
            Seam.system(),
            Connection::open);
    int code = new Capstan(env).run(List.of(args));
    out.flush();
    err.flush();
    if (System.getenv("CAPSTAN_TRAINING") != null) {
      System.exit(code); // The AOT cache is written on the way out.
    }
    // Other threads may linger; nothing of theirs matters any more.
    Runtime.getRuntime().halt(code);
  }

  /**
   * Where {@code $HOME} says, as for any Unix tool; the JDK would look into the passwords file and
   * so find the real user's configuration from within a sandbox.
   */
  static Path home(Map<String, String> environment, String ofUser) {
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? ofUser : home);
  }

  private static PrintStream stream(FileDescriptor fd) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(fd), 1 << 15), false, StandardCharsets.UTF_8);
  }

  /**
   * Asks the kernel rather than the JDK, whose Console answers only for input and output together.
   */
  private static boolean isTerminal(int fd) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
