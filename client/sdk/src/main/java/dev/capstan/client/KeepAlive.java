package dev.capstan.client;

import java.time.Duration;

/**
 * How a connection that has gone silent is noticed: while a call or a stream is open and nothing
 * comes, the server is asked for a sign of life.
 *
 * @param interval of silence before the question; gRPC makes at least 10 s of it, and the servers
 *     permit no less
 * @param timeout for the answer; then the connection counts as lost and every call on it fails as
 *     unavailable
 */
public record KeepAlive(Duration interval, Duration timeout) {

  /** That of production. */
  public static final KeepAlive DEFAULT =
      new KeepAlive(Duration.ofSeconds(20), Duration.ofSeconds(10));
}
