package dev.capstan.kvstore.etcd;

import dev.capstan.seam.Seam;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy to a port of this machine that breaks the connection at every so many requests, in
 * ways that leave a doubt.
 */
final class LossyProxy implements AutoCloseable {

  private enum Mode {
    PASS,
    /** What the client sends arrives; the connection breaks before the answer. */
    LOSE_REPLY,
    /** The connection breaks; what the client sent last arrives some time later. */
    LATE_REQUEST
  }

  private static final Duration LATE = Duration.ofMillis(150);

  private final Seam seam;
  private final ServerSocket listener;
  private final int target;
  private final int every;
  private final AtomicInteger requests = new AtomicInteger();

  /**
   * @param every how many pieces of requests pass before one meets a fault
   */
  LossyProxy(int target, int every, Seam seam) {
    this.every = every;
    this.seam = seam;
    this.target = target;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    seam.threads().start("proxy", this::accept);
  }

  String endpoint() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  private Mode next() {
    int number = requests.incrementAndGet();
    if (number % every != 0) {
      return Mode.PASS;
    }
    return number / every % 2 == 0 ? Mode.LOSE_REPLY : Mode.LATE_REQUEST;
  }

  private void accept() {
    try {
      while (true) {
        Link link = new Link(listener.accept(), new Socket("127.0.0.1", target));
        seam.threads().start("up", () -> quietly(link, link::requests));
        seam.threads().start("down", () -> quietly(link, link::replies));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private interface Pump {
    void run() throws IOException, InterruptedException;
  }

  private static void quietly(Link link, Pump pump) {
    try {
      pump.run();
    } catch (IOException | InterruptedException e) {
      // Either end is gone: so is the link.
    } finally {
      link.close();
    }
  }

  private final class Link {
    final Socket client;
    final Socket server;
    volatile boolean losing;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void requests() throws IOException, InterruptedException {
      InputStream from = client.getInputStream();
      OutputStream to = server.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      int chunks = 0;
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        // The first ones only greet.
        Mode mode = chunks++ < 4 ? Mode.PASS : next();
        if (mode == Mode.LATE_REQUEST) {
          late(Arrays.copyOf(buffer, n), to);
          return;
        }
        losing |= mode == Mode.LOSE_REPLY;
        to.write(buffer, 0, n);
      }
    }

    private void late(byte[] request, OutputStream to) throws IOException, InterruptedException {
      losing = true;
      client.close();
      seam.clock().sleep(LATE);
      to.write(request);
      seam.clock().sleep(LATE);
    }

    void replies() throws IOException {
      InputStream from = server.getInputStream();
      OutputStream to = client.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        if (!losing) {
          to.write(buffer, 0, n);
        } else if (!client.isClosed()) {
          return; // Something was answered, and nobody heard it.
        }
      }
    }

    void close() {
      try (client;
          server) {
        losing = true;
      } catch (IOException e) {
        // Gone already.
      }
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
