package dev.capstan.apiserver.handler;

import dev.capstan.api.Numbers;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.chain.User;
import dev.capstan.seam.Seam;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What every call passes first: who calls, with which version, until when. */
final class CallGate {

  /** The sender's version, in requests and answers. */
  static final Metadata.Key<String> VERSION =
      Metadata.Key.of("capstan-version", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  /** For calls that bring no deadline, and the most any unary call gets. */
  private static final Duration MOST_TIME = Duration.ofSeconds(60);

  private static final Pattern TIMEOUT_FORM = Pattern.compile("[0-9]{1,8}[HMSmun]");

  private static final Duration MOST_MARGIN = Duration.ofMillis(500);

  private final Authenticator authenticator;
  private final Seam seam;

  CallGate(Authenticator authenticator, Seam seam) {
    this.authenticator = authenticator;
    this.seam = seam;
  }

  /** UNAUTHENTICATED if it cannot be told who calls. */
  Call enter(String method, Metadata headers, ServerCall<?, ?> call) {
    User user = authenticator.authenticate(headers, call);
    String version = headers.get(VERSION);
    return new Call(
        user,
        method,
        version == null ? "" : version.substring(0, Math.min(version.length(), 40)),
        false,
        seam.clock().deadline(timeout(headers.get(TIMEOUT))));
  }

  /**
   * Reads the header grpc-timeout: digits and a unit (gRPC over HTTP/2, "Timeout"). gRPC's own
   * deadline counts in real time; this one in the seam's. A margin is left, so that an answer such
   * as "may have happened" arrives before the client stops listening.
   */
  static Duration timeout(@Nullable String header) {
    if (header == null || !TIMEOUT_FORM.matcher(header).matches()) {
      return MOST_TIME;
    }
    long amount = Numbers.parseLong(header.substring(0, header.length() - 1));
    Duration asked =
        switch (header.charAt(header.length() - 1)) {
          case 'H' -> Duration.ofHours(amount);
          case 'M' -> Duration.ofMinutes(amount);
          case 'S' -> Duration.ofSeconds(amount);
          case 'm' -> Duration.ofMillis(amount);
          case 'u' -> Duration.ofNanos(amount * 1000);
          default -> Duration.ofNanos(amount);
        };
    Duration least = asked.compareTo(MOST_TIME) < 0 ? asked : MOST_TIME;
    Duration margin = least.dividedBy(10);
    return least.minus(margin.compareTo(MOST_MARGIN) < 0 ? margin : MOST_MARGIN);
  }
}
