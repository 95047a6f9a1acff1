package dev.capstan.apiserver.peers;

import org.jspecify.annotations.Nullable;

/** The kinds of HTTP/2 frames that are counted: those that are cheap to send and dear to get. */
enum FrameKind {
  CALL(Limit.STRANGERS_CALLS, "calls without authentication"),
  RESET(Limit.RESETS, "resets of streams"),
  SETTINGS(Limit.SETTINGS, "SETTINGS frames"),
  PING(Limit.PINGS, "PING frames"),
  WINDOW_UPDATE(Limit.WINDOW_UPDATES, "WINDOW_UPDATE frames"),
  SMALL_DATA(Limit.SMALL_DATA, "empty or tiny DATA frames"),
  CONTINUATION(Limit.CONTINUATIONS, "CONTINUATION frames"),
  OTHER(Limit.OTHER_FRAMES, "frames of unusual kinds");

  private static final int SMALL = 64;
  private static final int PADDED = 8;

  private final Limit limit;
  private final String words;

  FrameKind(Limit limit, String words) {
    this.limit = limit;
    this.words = words;
  }

  Limit limit() {
    return limit;
  }

  /** For people. */
  String words() {
    return words;
  }

  /**
   * The kind of a frame by its header (RFC 9113, section 6); null if it is not counted.
   *
   * @param flags its eight flags
   * @param length of its payload, in bytes
   */
  static @Nullable FrameKind of(int type, int flags, int length) {
    return switch (type) {
      // Padding may hide that there is no more in it; nobody who makes calls pads.
      case 0 -> length < SMALL || (flags & PADDED) != 0 ? SMALL_DATA : null;
      case 1 -> CALL;
      case 3 -> RESET;
      case 4 -> SETTINGS;
      case 6 -> PING;
      case 8 -> WINDOW_UPDATE;
      case 9 -> CONTINUATION;
      default -> OTHER;
    };
  }
}
