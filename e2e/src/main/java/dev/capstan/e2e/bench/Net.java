package dev.capstan.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** HTTP on this machine. */
final class Net {

  private static final int LIMIT_MILLIS = 2000;

  private Net() {}

  /** Whether a GET answers 200. */
  static boolean answers(int port, String path) {
    try {
      return open(port, path).getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether somebody listens. */
  static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), LIMIT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The body of what a GET answers. */
  static String get(int port, String path) {
    try (var body = open(port, path).getInputStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpURLConnection open(int port, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    connection.setConnectTimeout(LIMIT_MILLIS);
    connection.setReadTimeout(LIMIT_MILLIS);
    return connection;
  }
}
