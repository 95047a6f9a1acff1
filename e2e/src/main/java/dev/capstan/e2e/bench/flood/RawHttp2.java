package dev.capstan.e2e.bench.flood;

import dev.capstan.seam.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A connection that says what it is told to, in whatever order (RFC 9113). */
public final class RawHttp2 implements AutoCloseable {

  /** Types of frames. */
  public static final int DATA = 0;

  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  /** Flags. */
  public static final int END_STREAM = 1;

  public static final int END_HEADERS = 4;

  private static final int CHUNK = 16 * 1024;

  private final Socket socket;
  private final OutputStream out;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(2 * CHUNK);

  private RawHttp2(Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
  }

  /** A TCP connection on which nothing was said. */
  public static RawHttp2 silent(InetSocketAddress server) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(server, 2000);
    return new RawHttp2(socket);
  }

  /** A connection that has sent preface and SETTINGS, and reads and forgets what it is told. */
  public static RawHttp2 open(InetSocketAddress server, Threads threads) throws IOException {
    RawHttp2 connection = silent(server);
    connection.greet();
    threads.start("drain", connection::drain);
    return connection;
  }

  /** Sends preface and SETTINGS. */
  public void greet() throws IOException {
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
    flush();
  }

  /** Adds a frame to what is sent next. */
  public void frame(int type, int flags, int stream, byte[] body) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(9);
    header.put((byte) (body.length >> 16)).putShort((short) body.length);
    header.put((byte) type).put((byte) flags).putInt(stream);
    waiting.writeBytes(header.array());
    waiting.writeBytes(body);
    if (waiting.size() >= CHUNK) {
      flush();
    }
  }

  /** Sends what waits. */
  public void flush() throws IOException {
    waiting.writeTo(out);
    waiting.reset();
  }

  /** The headers of a call, none of them compressed. */
  public static byte[] headers(String path, String... more) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(new byte[] {(byte) 0x83, (byte) 0x86}); // :method POST, :scheme http
    literal(block, ":path", path);
    literal(block, ":authority", "localhost");
    literal(block, "content-type", "application/grpc");
    literal(block, "te", "trailers");
    for (int i = 0; i < more.length; i += 2) {
      literal(block, more[i], more[i + 1]);
    }
    return block.toByteArray();
  }

  /** RFC 7541, 6.2.2: literal without indexing, new name. */
  private static void literal(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    string(block, name);
    string(block, value);
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>= 7) {
        block.write(rest & 127 | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** What the server says, from now on; not with {@link #open}, which reads it itself. */
  public InputStream in() throws IOException {
    return socket.getInputStream();
  }

  private void drain() {
    try (InputStream in = socket.getInputStream()) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // Cut by either side.
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed, then.
    }
  }
}
