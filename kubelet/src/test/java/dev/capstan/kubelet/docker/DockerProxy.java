package dev.capstan.kubelet.docker;

import dev.capstan.seam.Seam;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes everything on to the engine, and keeps what was asked. */
final class DockerProxy implements AutoCloseable {

  private final Path engine;
  private final Path socket;
  private final Seam seam;
  private final ServerSocketChannel server;
  private final List<SocketChannel> channels = new CopyOnWriteArrayList<>();
  private final ByteArrayOutputStream asked = new ByteArrayOutputStream();

  DockerProxy(String host, Seam seam) throws IOException {
    this.engine = Path.of(host.substring("unix://".length()));
    this.socket = Files.createTempDirectory("proxy").resolve("docker.sock");
    this.seam = seam;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    seam.threads().start("proxy", this::accept);
  }

  String host() {
    return "unix://" + socket;
  }

  /** Requests so far whose path ends with this. */
  long requests(String end) {
    String text = asked.toString(StandardCharsets.US_ASCII);
    return text.lines().filter(line -> line.endsWith(end + " HTTP/1.1")).count();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        SocketChannel upstream = SocketChannel.open(UnixDomainSocketAddress.of(engine));
        channels.addAll(List.of(client, upstream));
        seam.threads().start("proxy-in", () -> copy(client, upstream, true));
        seam.threads().start("proxy-out", () -> copy(upstream, client, false));
      }
    } catch (IOException e) {
      return; // Closed.
    }
  }

  private void copy(SocketChannel from, SocketChannel to, boolean keep) {
    try (from;
        to) {
      ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
      while (from.read(buffer) >= 0) {
        if (keep) {
          asked.write(buffer.array(), 0, buffer.position());
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      return; // One side has gone.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel channel : channels) {
      channel.close();
    }
    Files.deleteIfExists(socket);
  }
}
