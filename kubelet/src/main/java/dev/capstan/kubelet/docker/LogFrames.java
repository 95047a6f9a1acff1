package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts the engine's frames of a log together again: docker-java hands on what it has read so far,
 * so one frame may come in several parts. The engine puts "TIME " before each frame, and at most
 * the end of a frame is the end of a line; only the parts of a very long line have none.
 */
final class LogFrames {

  /** Takes a piece of a log; false if no more are wanted. */
  interface Taker {
    boolean take(Instant time, byte[] bytes) throws InterruptedException;
  }

  /** As in {@code 2026-11-30T21:19:35.123456789Z }: always nine digits after the point. */
  private static final int TIME_LENGTH = 31;

  private final Taker taker;
  private final ByteArrayOutputStream frame = new ByteArrayOutputStream();
  private @Nullable StreamType type;

  LogFrames(Taker taker) {
    this.taker = taker;
  }

  /**
   * Takes what has come.
   *
   * @return false if no more is wanted
   */
  boolean add(Frame part) throws InterruptedException {
    byte[] bytes = part.getPayload();
    boolean another = type != part.getStreamType() || beginsWithTime(bytes);
    if (another && !end()) {
      return false;
    }
    type = part.getStreamType();
    frame.writeBytes(bytes);
    boolean line = bytes.length > 0 && bytes[bytes.length - 1] == '\n';
    return !line || end();
  }

  /**
   * Nothing belongs to the last frame any more.
   *
   * @return false if no more is wanted
   */
  boolean end() throws InterruptedException {
    byte[] bytes = frame.toByteArray();
    frame.reset();
    if (bytes.length == 0) {
      return true;
    }
    if (!beginsWithTime(bytes)) {
      throw new IllegalStateException(
          "the engine sent a piece of log without its time: "
              + new String(bytes, 0, Math.min(bytes.length, 100), StandardCharsets.UTF_8));
    }
    Instant time = Instant.parse(new String(bytes, 0, TIME_LENGTH - 1, StandardCharsets.US_ASCII));
    return taker.take(time, Arrays.copyOfRange(bytes, TIME_LENGTH, bytes.length));
  }

  private static boolean beginsWithTime(byte[] bytes) {
    if (bytes.length < TIME_LENGTH) {
      return false;
    }
    String pattern = "dddd-dd-ddTdd:dd:dd.dddddddddZ ";
    for (int i = 0; i < TIME_LENGTH; i++) {
      char wanted = pattern.charAt(i);
      boolean fits = wanted == 'd' ? bytes[i] >= '0' && bytes[i] <= '9' : bytes[i] == wanted;
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
