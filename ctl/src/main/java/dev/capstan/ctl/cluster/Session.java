package dev.capstan.ctl.cluster;

import dev.capstan.api.WellKnown;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Env;
import dev.capstan.ctl.args.Parsed;
import dev.capstan.ctl.text.Ages;
import dev.capstan.ctl.text.Escapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster and namespace a command works on, from flags and the configuration; connects at the
 * first call.
 */
public final class Session implements AutoCloseable {

  /** How long a single call waits for a server that a context names. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String DEFAULT_SERVER = "127.0.0.1:7600";

  private final Env env;
  private final String server;
  private final String namespace;
  private final boolean namespaceGiven;
  private final @Nullable Path tokenFile;
  private final Duration timeout;
  private final Duration asked;
  private final String context;
  private final long verbosity;
  private @Nullable Api api;
  private @Nullable Outage outage;
  private boolean waits;
  private volatile boolean warned;

  /** From the flags of a command line. */
  public Session(Env env, Parsed args) {
    this.env = env;
    Config config = Config.load(env);
    Config.Context chosen = context(env, config, args);
    this.server = address(args.text("server", chosen.server()));
    this.context = known(config, chosen);
    String contextNamespace =
        chosen.namespace().isEmpty() ? WellKnown.NAMESPACE_DEFAULT : chosen.namespace();
    this.namespaceGiven = args.has("namespace");
    this.namespace = args.text("namespace", contextNamespace);
    String token = args.text("token-file", chosen.tokenFile());
    this.tokenFile = token.isEmpty() ? null : env.file(token);
    Long level = args.number("v");
    this.verbosity = level == null ? 0 : level;
    Duration limit = args.duration("request-timeout");
    this.asked = limit == null || !limit.isPositive() ? Duration.ZERO : limit;
    this.timeout = asked.isZero() ? Duration.ofSeconds(30) : asked;
  }

  private static Config.Context context(Env env, Config config, Parsed args) {
    String asked = args.text("context");
    if (asked == null && config.current().isEmpty()) {
      return new Config.Context("", "", "", "");
    }
    String name = asked == null ? config.current() : asked;
    return config
        .find(name)
        .orElseThrow(() ->
            CliException.error("context \"" + name + "\" does not exist in " + Config.path(env)));
  }

  /** The context that names the server: the chosen one if it does, else any; empty for none. */
  private String known(Config config, Config.Context chosen) {
    return Stream.concat(Stream.of(chosen), config.contexts().stream())
        .filter(c -> address(c.server()).equals(server))
        .map(Config.Context::name)
        .findFirst()
        .orElse("");
  }

  /** HOST:PORT of what flags and contexts say. */
  private static String address(String text) {
    return text.isEmpty() ? DEFAULT_SERVER : text.replaceFirst("^https?://", "");
  }

  /** HOST:PORT. */
  public String server() {
    return server;
  }

  /** The namespace to work in. */
  public String namespace() {
    return namespace;
  }

  /** True if it was named with -n. */
  public boolean namespaceGiven() {
    return namespaceGiven;
  }

  /** What to do about a refused token. */
  public String tokenHint() {
    return tokenFile == null
        ? "No token was sent: pass --token-file or use a context that has one"
            + " (deploy/up adds the context \"local\")."
        : "The token came from " + tokenFile + ": is it this server's?";
  }

  /** The value of --request-timeout; zero if it was not given. */
  public Duration requestTimeout() {
    return asked;
  }

  /** How what this command follows bears a server that is away. */
  public synchronized Outage.Reader outage() {
    if (outage == null) {
      outage = new Outage(server, api().connection(), env.err(), asked);
    }
    return outage.reader();
  }

  /** True if -v asks for every call on standard error. */
  public boolean tellsCalls() {
    return verbosity >= CallLog.CALLS;
  }

  /** What to ask somebody whose server refuses connections. */
  public String downHint() {
    if (!server.matches("(127\\.[0-9.]+|localhost|\\[::1]):\\d+")) {
      return "does an API server run there?";
    }
    boolean plain = context.isEmpty() || context.equals("local");
    return "did you run deploy/up" + (plain ? "" : " --name " + context) + "?";
  }

  /**
   * The API. A call fails at once if the server is not there, unless a context says that there is
   * one: then it waits for a while.
   */
  public synchronized Api api() {
    if (api == null) {
      ConnectionOptions options =
          ConnectionOptions.of(server, token()).lightweight().warning(this::warn);
      if (tellsCalls()) {
        options = options.through(new CallLog(env.err(), env.seam().clock(), verbosity));
      }
      if (verbosity > 0) {
        env.err().println(place());
      }
      Connection connection = env.connector().apply(options, env.seam());
      Duration patience = context.isEmpty() ? Duration.ZERO : asked.isZero() ? PATIENCE : asked;
      api =
          Api.of(connection)
              .withTimeout(timeout)
              .retryingFor(patience, failure -> waiting(failure, patience));
    }
    return api;
  }

  private String place() {
    return "context \""
        + context
        + "\", server "
        + server
        + ", namespace "
        + namespace
        + ", token "
        + (tokenFile == null ? "none" : "from " + tokenFile);
  }

  private void waiting(ApiException failure, Duration patience) {
    Outage.refuseHopeless(failure);
    if (!waits) {
      waits = true;
      env.out().flush();
      env.err()
          .println(
              Unreachable.sentence(server, failure)
                  + "; waiting for up to "
                  + Ages.human(patience));
      env.err().flush();
    }
  }

  private void warn(String own, String theirs) {
    if (!warned) {
      warned = true;
      env.err()
          .println(
              "Warning: this is capstan "
                  + own
                  + ", the server is "
                  + Escapes.line(theirs)
                  + ": use the command that came with the server.");
    }
  }

  /** Warns once if the server's version is not ours. */
  public void warnIfDifferent(String theirs) {
    if (!theirs.equals(ConnectionOptions.VERSION)) {
      warn(ConnectionOptions.VERSION, theirs);
    }
  }

  private @Nullable String token() {
    if (tokenFile == null) {
      return null;
    }
    try {
      String token = Files.readString(tokenFile).strip();
      if (token.isEmpty() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
        throw CliException.error("the token file " + tokenFile + " does not hold a token");
      }
      return token;
    } catch (IOException e) {
      String why = e instanceof NoSuchFileException ? "it does not exist" : e.getMessage();
      throw CliException.error("cannot read the token file " + tokenFile + ": " + why);
    }
  }

  @Override
  public void close() {
    if (api != null) {
      api.connection().close();
    }
  }
}
