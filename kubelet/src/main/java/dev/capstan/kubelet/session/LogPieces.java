package dev.capstan.kubelet.session;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.LogPosition;
import dev.capstan.api.v1.LogsRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/**
 * The pieces of a log on their way out: cut at the limit, with times if they are asked for, and
 * each with the place after it.
 *
 * <p>A place is a time and a number of pieces: the parts of a long line have the same time.
 */
final class LogPieces {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z' ", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final boolean timestamps;
  private final LogSession.Output output;
  private long left;
  private Instant time = Instant.MIN;
  private long ofThisTime;
  private long skip;
  private boolean lineBegins = true;

  LogPieces(LogsRequest request, LogSession.Output output) {
    this.timestamps = request.getTimestamps();
    this.output = output;
    this.left = request.hasLimitBytes() ? request.getLimitBytes() : Long.MAX_VALUE;
  }

  private static LogPosition place(int attempt, Instant time, long pieces) {
    return LogPosition.newBuilder()
        .setAttempt(attempt)
        .setTime(ApiTimes.of(time))
        .setPieces(pieces)
        .build();
  }

  /** Leaves out the pieces that lie before a place; those of earlier times do not come. */
  void goOn(LogPosition place) {
    time = ApiTimes.instant(place.getTime());
    skip = place.getPieces();
  }

  /** False once the limit is reached or the other end wants no more. */
  boolean wanted() {
    return left > 0;
  }

  /** Tells where a log begins, for whoever is cut off before its first piece. */
  void begin(int attempt, Instant at) throws InterruptedException {
    send(new byte[0], place(attempt, at, 0));
  }

  boolean write(int attempt, Instant at, byte[] bytes) throws InterruptedException {
    boolean same = at.equals(time);
    ofThisTime = same ? ofThisTime + 1 : 1;
    time = at;
    boolean begins = lineBegins;
    lineBegins = bytes.length > 0 && bytes[bytes.length - 1] == '\n';
    if (same && ofThisTime <= skip) {
      return true;
    }
    skip = 0;
    byte[] text = limited(timestamps && begins ? timed(bytes) : bytes);
    send(text, place(attempt, at, ofThisTime));
    return wanted();
  }

  /** Where the log was begun: see {@link LogSink#position}. */
  void position(Instant at, long pieces) {
    time = at;
    ofThisTime = pieces;
  }

  /** Pieces may be missing here. */
  boolean gap(Instant after, Instant next) throws InterruptedException {
    String notice =
        "lines between %s and %s are gone: the log was rotated faster than it was read"
            .formatted(TIME.format(after).strip(), TIME.format(next).strip());
    if (!output.tell(notice)) {
      left = 0;
    }
    return wanted();
  }

  private void send(byte[] text, LogPosition place) throws InterruptedException {
    left = output.write(text, place) ? left - text.length : 0;
  }

  private byte[] timed(byte[] bytes) {
    byte[] prefix = TIME.format(time).getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(prefix, prefix.length + bytes.length);
    System.arraycopy(bytes, 0, all, prefix.length, bytes.length);
    return all;
  }

  private byte[] limited(byte[] bytes) {
    return bytes.length > left ? Arrays.copyOf(bytes, (int) left) : bytes;
  }
}
