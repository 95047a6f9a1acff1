package dev.capstan.ctl;

import dev.capstan.client.ApiException;
import dev.capstan.ctl.args.UsageException;
import dev.capstan.ctl.manifest.ManifestException;
import dev.capstan.ctl.text.Escapes;
import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;

/** What is printed when something goes wrong, and the exit code. */
public final class Failures {

  private Failures() {}

  /** Runs the body; what it throws becomes a message on standard error and code 1. */
  static int guard(Cli cli, Callable<Integer> body) {
    try {
      return body.call();
    } catch (UsageException e) {
      throw e;
    } catch (CliException e) {
      say(cli, String.valueOf(e.getMessage()));
      return e.code();
    } catch (ManifestException e) {
      String.valueOf(e.getMessage()).lines().forEach(line -> say(cli, "error: " + line));
      return 1;
    } catch (ApiException e) {
      say(cli, text(cli, e));
      return 1;
    } catch (InterruptedException e) {
      return 130;
    } catch (IOException e) {
      say(cli, "error: " + e.getMessage());
      return 1;
    } catch (Exception e) {
      say(cli, "error: a defect in capstan: " + e);
      return 1;
    }
  }

  private static void say(Cli cli, String text) {
    cli.out().flush();
    if (!text.isEmpty()) {
      cli.err().println(Escapes.text(text));
    }
  }

  /** The message of a failed call, as kubectl would word it. */
  public static String text(Cli cli, ApiException e) {
    String message = Escapes.text(e.message());
    return switch (e) {
      case ApiException.NotFound _ -> server("NotFound", message);
      case ApiException.AlreadyExists _ -> server("AlreadyExists", message);
      case ApiException.Conflict _ -> server("Conflict", message);
      case ApiException.Invalid i -> invalid(i, message);
      case ApiException.Denied _ -> server("Forbidden", message);
      case ApiException.Unreadable _ -> server("Unreadable", message);
      case ApiException.Exhausted _ -> server("ResourceExhausted", message);
      case ApiException.Precondition _ -> server("FailedPrecondition", message);
      case ApiException.Fenced _ -> server("FailedPrecondition", message);
      case ApiException.LeaseHeld _ -> server("FailedPrecondition", message);
      case ApiException.Compacted _ -> server("Expired", message);
      case ApiException.Unsupported _ ->
          server(
              "MethodNotAllowed", message + "; `" + cli.hint("version") + "` compares both sides");
      case ApiException.Internal _ ->
          message.contains("http2 exception")
              ? "Unable to connect to the server: "
                  + cli.session().server()
                  + " does not speak gRPC"
              : server("InternalError", message);
      case ApiException.UnknownOutcome _ ->
          server("Timeout", message + " (the change may have been made all the same)");
      case ApiException.Unauthenticated _ ->
          "error: You must be logged in to the server (Unauthorized): "
              + message
              + "\n"
              + cli.session().tokenHint();
      case ApiException.Unavailable u -> unavailable(cli, u, message);
    };
  }

  private static String invalid(ApiException.Invalid e, String message) {
    int colon = message.indexOf(" is invalid: ");
    if (colon < 0) {
      return server("BadRequest", message);
    }
    if (e.violations().size() < 2) {
      return server("Invalid", message);
    }
    StringBuilder b = new StringBuilder(message.substring(0, colon)).append(" is invalid:");
    e.violations().forEach(v -> b.append("\n* ").append(Escapes.line(v.toString())));
    return server("Invalid", b.toString());
  }

  private static String unavailable(Cli cli, ApiException.Unavailable e, String message) {
    String server = cli.session().server();
    if (e.code() == Status.Code.DEADLINE_EXCEEDED) {
      return "Unable to connect to the server: " + server + " did not answer in time";
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return "The connection to the server "
            + server
            + " was refused - "
            + cli.session().downHint();
      }
      if (cause instanceof UnknownHostException) {
        return "Unable to connect to the server: the host of " + server + " is not known";
      }
      if (cause instanceof IOException) {
        return "Unable to connect to the server " + server + ": " + cause.getMessage();
      }
    }
    return message.contains("Unable to resolve host")
        ? "Unable to connect to the server: the host of " + server + " is not known"
        : server("ServiceUnavailable", message);
  }

  private static String server(String reason, String message) {
    return "Error from server (" + reason + "): " + message;
  }
}
