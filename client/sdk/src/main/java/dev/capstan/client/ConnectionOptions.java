package dev.capstan.client;

import io.grpc.ClientInterceptor;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How to reach an API server.
 *
 * @param server HOST:PORT
 * @param token sent as {@code authorization: Bearer}; null for none
 * @param version this program's version, sent as {@code capstan-version}
 * @param light true for a short-lived program: one I/O thread, NIO, callbacks on that thread;
 *     starts faster
 * @param keepAlive how a silent connection is noticed
 * @param onVersionMismatch called once with (own, server's) version when the server reports another
 *     one
 * @param interceptors see every call, before token and version are put on it
 */
public record ConnectionOptions(
    String server,
    @Nullable String token,
    String version,
    boolean light,
    KeepAlive keepAlive,
    BiConsumer<String, String> onVersionMismatch,
    List<ClientInterceptor> interceptors) {

  /** The version of this build. */
  public static final String VERSION = "0.1.0";

  /** For a long-running process. */
  public static ConnectionOptions of(String server, @Nullable String token) {
    return new ConnectionOptions(
        server, token, VERSION, false, KeepAlive.DEFAULT, (own, theirs) -> {}, List.of());
  }

  /** The same for a short-lived program. */
  public ConnectionOptions lightweight() {
    return new ConnectionOptions(
        server, token, version, true, keepAlive, onVersionMismatch, interceptors);
  }

  /** The same with another listener for version mismatches. */
  public ConnectionOptions warning(BiConsumer<String, String> listener) {
    return new ConnectionOptions(server, token, version, light, keepAlive, listener, interceptors);
  }

  /** The same with another way to notice a silent connection. */
  public ConnectionOptions keptAlive(KeepAlive other) {
    return new ConnectionOptions(
        server, token, version, light, other, onVersionMismatch, interceptors);
  }

  /** The same with calls seen by an interceptor as well. */
  public ConnectionOptions through(ClientInterceptor interceptor) {
    List<ClientInterceptor> all =
        Stream.concat(interceptors.stream(), Stream.of(interceptor)).toList();
    return new ConnectionOptions(server, token, version, light, keepAlive, onVersionMismatch, all);
  }
}
