package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns docker-java's exceptions into faults, in one place.
 *
 * <p>The engine answers 500 for a taken port and for its own failures alike, so that here, and
 * nowhere else, its words decide.
 */
final class DockerErrors {

  private static final Pattern JSON_MESSAGE =
      Pattern.compile("\\{\\s*\"message\"\\s*:\\s*\"(.*)\"\\s*\\}", Pattern.DOTALL);

  private DockerErrors() {}

  /** Any failure of a call that has no meaning of its own for the caller. */
  static RuntimeFault general(Throwable error) {
    return switch (error) {
      case NotFoundException e -> fault(Kind.GONE, e);
      case ConflictException e -> fault(Kind.CONFLICT, e);
      case BadRequestException e -> fault(Kind.INVALID, e);
      default -> unknown(error);
    };
  }

  /** A failed create. */
  static RuntimeFault creating(Throwable error) {
    return switch (error) {
      case NotFoundException e when lower(e).contains("no such image") -> fault(Kind.NO_IMAGE, e);
      case NotFoundException e -> fault(Kind.FAILED, e);
      case ConflictException e -> fault(Kind.CONFLICT, e);
      case DockerException e when e.getHttpStatus() < 500 -> fault(Kind.INVALID, e);
      case DockerException e when refusedSpec(lower(e)) -> fault(Kind.INVALID, e);
      default -> unknown(error);
    };
  }

  /** A failed start. */
  static RuntimeFault starting(Throwable error) {
    return switch (error) {
      case NotFoundException e when lower(e).contains("no such container") -> fault(Kind.GONE, e);
      case DockerException e when portTaken(lower(e)) -> fault(Kind.PORT_IN_USE, e);
      case NotFoundException e when lower(e).contains("network") -> fault(Kind.UNAVAILABLE, e);
      case DockerException e when e.getHttpStatus() < 500 -> fault(Kind.CANNOT_START, e);
      case DockerException e when cannotRun(lower(e)) -> fault(Kind.CANNOT_START, e);
      default -> unknown(error);
    };
  }

  /** A failed pull. */
  static RuntimeFault pulling(Throwable error) {
    return error instanceof DockerException
        ? fault(Kind.PULL_FAILED, error)
        : fault(Kind.UNAVAILABLE, error);
  }

  /** The engine's own words: what is inside {"message": …} if there is such a thing. */
  static String words(Throwable error) {
    String text = String.valueOf(error.getMessage());
    Matcher matcher = JSON_MESSAGE.matcher(text);
    String words = matcher.find() ? unescape(matcher.group(1)) : text;
    return words.strip().replaceAll("\\s+", " ");
  }

  private static RuntimeFault fault(Kind kind, Throwable error) {
    return new RuntimeFault(kind, words(error), error);
  }

  /** An engine that answers can be reached; why it failed is not known. */
  private static RuntimeFault unknown(Throwable error) {
    boolean answered = error instanceof DockerException;
    for (Throwable e = error; !answered && e != null; e = e.getCause()) {
      if (e instanceof IOException) {
        return fault(Kind.UNAVAILABLE, error);
      }
    }
    return fault(Kind.FAILED, error);
  }

  private static boolean portTaken(String words) {
    return words.contains("port is already allocated")
        || (words.contains("address already in use") && words.contains("external connectivity"))
        || words.contains("failed to bind host port");
  }

  private static boolean cannotRun(String words) {
    return words.contains("oci runtime create failed") || words.contains("exec format error");
  }

  private static boolean refusedSpec(String words) {
    return words.contains("invalid") || words.contains("range of cpus");
  }

  private static String unescape(String json) {
    return json.replace("\\n", " ").replace("\\t", " ").replace("\\\"", "\"").replace("\\\\", "\\");
  }

  private static String lower(Throwable error) {
    return String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
  }
}
