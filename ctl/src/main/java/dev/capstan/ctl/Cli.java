package dev.capstan.ctl;

import dev.capstan.api.KindRegistry;
import dev.capstan.client.Api;
import dev.capstan.ctl.args.Parsed;
import dev.capstan.ctl.cluster.Session;
import java.io.PrintStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One command line being run: its flags, where to print, and (once asked for) the cluster. */
public final class Cli implements AutoCloseable {

  private final Env env;
  private final String path;
  private final Parsed args;
  private @Nullable Session session;
  private @Nullable KindRegistry kinds;

  Cli(Env env, String path, Parsed args) {
    this.env = env;
    this.path = path;
    this.args = args;
  }

  /** Surroundings. */
  public Env env() {
    return env;
  }

  /** The verb, e.g. "rollout status". */
  public String path() {
    return path;
  }

  /** Flags and words. */
  public Parsed args() {
    return args;
  }

  /** Standard output. */
  public PrintStream out() {
    return env.out();
  }

  /** Standard error. */
  public PrintStream err() {
    return env.err();
  }

  /** The time of day. */
  public Instant now() {
    return env.seam().clock().now();
  }

  /** The kinds of this version. */
  public KindRegistry kinds() {
    if (kinds == null) {
      kinds = KindRegistry.builtin();
    }
    return kinds;
  }

  /** Contexts, namespace and connection. */
  public Session session() {
    if (session == null) {
      session = new Session(env, args);
    }
    return session;
  }

  /** The cluster's API; writes name this verb. */
  public Api api() {
    return session().api().as("capstan-" + path.replace(' ', '-'));
  }

  /** The namespace to work in. */
  public String namespace() {
    return session().namespace();
  }

  /**
   * A command line to type next, such as {@code rollout undo deployment/web}: with what was given
   * to say which cluster and namespace are meant.
   */
  public String hint(String command) {
    return "capstan " + command + Hints.flags(args);
  }

  /** True once output goes nowhere, e.g. to a {@code head} that has seen enough. */
  public boolean outputGone() {
    return env.out().checkError();
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
  }
}
