package dev.capstan.e2e.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Between a client and a server. Its connections can fall silent, as if a cable were pulled:
 * nothing is forwarded any more in either direction, not even the end of a connection.
 */
final class SilentProxy implements AutoCloseable {

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final InetSocketAddress server;
  private final List<Link> links = new CopyOnWriteArrayList<>();

  /** Two sockets, one towards each side. */
  private static final class Link {
    private final Socket client;
    private final Socket server;
    private volatile boolean silent;
    private volatile boolean leftByClient;
    private volatile boolean leftByServer;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void start() {
      Thread.startVirtualThread(() -> {
        forward(client, server);
        leftByClient = true;
      });
      Thread.startVirtualThread(() -> {
        forward(server, client);
        leftByServer = true;
      });
    }

    private void forward(Socket from, Socket to) {
      byte[] buffer = new byte[16 * 1024];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (!silent) {
            out.write(buffer, 0, n);
          }
        }
      } catch (IOException e) {
        // Reset by one side: for the other side the same as its end.
      }
      if (!silent) {
        close();
      }
    }

    void close() {
      try (client) {
        server.close();
      } catch (IOException e) {
        // It is of no use any more, which is all that was wanted.
      }
    }
  }

  SilentProxy(InetSocketAddress server) throws IOException {
    this.server = server;
    Thread.startVirtualThread(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Link link = new Link(client, new Socket(server.getAddress(), server.getPort()));
        links.add(link);
        link.start();
      }
    } catch (IOException e) {
      return; // Closed.
    }
  }

  /** HOST:PORT for the client. */
  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** From now on nothing passes on the connections there are. New ones work. */
  void silence() {
    links.forEach(link -> link.silent = true);
  }

  /** Silent connections that the client has given up. */
  long leftByClient() {
    return links.stream().filter(link -> link.silent && link.leftByClient).count();
  }

  /** Silent connections that the server has given up. */
  long leftByServer() {
    return links.stream().filter(link -> link.silent && link.leftByServer).count();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    links.forEach(Link::close);
  }
}
