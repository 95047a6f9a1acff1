package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
import dev.capstan.kubelet.runtime.EngineInfo;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.kubelet.runtime.TimedCalls;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls to the engine, each with a deadline and with its failure classified.
 *
 * <p>The clients are made at the first call and again after the engine was lost: it may come back
 * as another version.
 */
final class DockerCalls implements AutoCloseable {

  private static final Duration OPEN = Duration.ofSeconds(10);

  private final String host;
  private final TimedCalls timed;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable DockerClients clients;

  DockerCalls(String host, Seam seam) {
    this.host = host;
    this.timed = new TimedCalls(seam);
  }

  /** A call whose failures mean what they usually mean. */
  <T> T call(String what, Duration limit, Function<DockerClient, T> body)
      throws RuntimeFault, InterruptedException {
    return call(what, limit, body, DockerErrors::general);
  }

  /**
   * A call.
   *
   * @param what verb for messages, e.g. "create"
   * @param limit afterwards the fault is UNAVAILABLE, and the call may still happen
   * @param classify turns what docker-java throws into a fault
   */
  <T> T call(
      String what,
      Duration limit,
      Function<DockerClient, T> body,
      Function<Throwable, RuntimeFault> classify)
      throws RuntimeFault, InterruptedException {
    DockerClient client = open().calls();
    return finish(
        what, limit, timed.call("docker-" + what, limit, () -> body.apply(client)), classify);
  }

  /** The client for calls that stream. */
  DockerClient streams() throws RuntimeFault, InterruptedException {
    return open().streams();
  }

  /** Who the engine is, as agreed when the clients were made. */
  EngineInfo engine() throws RuntimeFault, InterruptedException {
    return open().engine();
  }

  /** Forgets the clients after the engine was lost; calls under way go on with the old ones. */
  void reset() {
    lock.lock();
    try {
      clients = null;
    } finally {
      lock.unlock();
    }
  }

  private DockerClients open() throws RuntimeFault, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (clients != null) {
        return clients;
      }
    } finally {
      lock.unlock();
    }
    // Not under the lock: with an engine that hangs, everybody would queue for it one by one.
    DockerClients fresh =
        finish(
            "version",
            OPEN,
            timed.call("docker-version", OPEN, () -> DockerClients.open(host)),
            DockerErrors::general);
    return keep(fresh);
  }

  private DockerClients keep(DockerClients fresh) {
    lock.lock();
    try {
      if (clients == null) {
        clients = fresh;
      } else {
        fresh.close();
      }
      return clients;
    } finally {
      lock.unlock();
    }
  }

  private static <T> T finish(
      String what,
      Duration limit,
      TimedCalls.Outcome<T> outcome,
      Function<Throwable, RuntimeFault> classify)
      throws RuntimeFault {
    return switch (outcome) {
      case TimedCalls.Returned<T>(T value) -> value;
      case TimedCalls.Threw<T>(RuntimeFault fault) -> throw fault;
      case TimedCalls.Threw<T>(Throwable cause) -> throw classify.apply(cause);
      case TimedCalls.TimedOut<T>() ->
          throw new RuntimeFault(
              Kind.UNAVAILABLE,
              "the engine did not answer " + what + " within " + limit.toSeconds() + " s");
    };
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (clients != null) {
        clients.close();
        clients = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
