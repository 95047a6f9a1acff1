package dev.capstan.ctl.cluster;

import dev.capstan.client.ApiException;
import dev.capstan.ctl.text.Escapes;
import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** Words for a server that cannot be reached. */
final class Unreachable {

  private Unreachable() {}

  /** E.g. "The API server 127.0.0.1:7600 refuses connections". */
  static String sentence(String server, ApiException failure) {
    if (failure.code() == Status.Code.DEADLINE_EXCEEDED) {
      return "The API server " + server + " does not answer";
    }
    IOException broken = cause(failure);
    if (broken instanceof ConnectException) {
      return "The API server " + server + " refuses connections";
    }
    return broken == null
        ? "The server says: " + Escapes.line(failure.message())
        : "The connection to the API server " + server + " broke";
  }

  private static @Nullable IOException cause(ApiException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException io) {
        return io;
      }
    }
    return null;
  }
}
