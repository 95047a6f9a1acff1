package dev.capstan.ctl.cluster;

import dev.capstan.api.WellKnown;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Env;
import dev.capstan.ctl.args.Parsed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster and namespace a command works on, from flags and the configuration; connects at the
 * first call.
 */
public final class Session implements AutoCloseable {

  private static final String DEFAULT_SERVER = "127.0.0.1:7600";

  private final Env env;
  private final String server;
  private final String namespace;
  private final boolean namespaceGiven;
  private final @Nullable Path tokenFile;
  private final Duration timeout;
  private @Nullable Api api;
  private volatile boolean warned;

  /** From the flags of a command line. */
  public Session(Env env, Parsed args) {
    this.env = env;
    Config.Context context = context(env, args);
    String contextServer = context.server().isEmpty() ? DEFAULT_SERVER : context.server();
    this.server = args.text("server", contextServer).replaceFirst("^https?://", "");
    String contextNamespace =
        context.namespace().isEmpty() ? WellKnown.NAMESPACE_DEFAULT : context.namespace();
    this.namespaceGiven = args.has("namespace");
    this.namespace = args.text("namespace", contextNamespace);
    String token = args.text("token-file", context.tokenFile());
    this.tokenFile = token.isEmpty() ? null : env.file(token);
    Duration asked = args.duration("request-timeout");
    this.timeout = asked == null || !asked.isPositive() ? Duration.ofSeconds(30) : asked;
  }

  private static Config.Context context(Env env, Parsed args) {
    Config config = Config.load(env);
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

  /** The API; failing at once if the server is not there. */
  public Api api() {
    if (api == null) {
      ConnectionOptions options =
          ConnectionOptions.of(server, token()).lightweight().warning(this::warn);
      Connection connection = env.connector().apply(options, env.seam());
      api = Api.of(connection).withTimeout(timeout).retryingFor(Duration.ZERO);
    }
    return api;
  }

  private void warn(String own, String theirs) {
    if (!warned) {
      warned = true;
      env.err()
          .println(
              "Warning: this is capstan "
                  + own
                  + ", the server is "
                  + theirs
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
