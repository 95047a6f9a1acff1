package dev.capstan.apiserver.peers;

import java.util.Locale;

/** Why a connection is refused or cut. */
public enum Reason {
  TOO_MANY("too many connections are open"),
  TOO_MANY_OF_ADDRESS("its address has too many connections open"),
  CONNECTS("its address connects too often without an authenticated call"),
  STRANGERS("too many connections wait for their first authenticated call"),
  HANDSHAKE("no HTTP/2 preface and SETTINGS came in time"),
  FIRST_CALL("no authenticated call came in time"),
  FLOOD("too many frames of a kind");

  private final String words;

  Reason(String words) {
    this.words = words;
  }

  /** For people. */
  String words() {
    return words;
  }

  /** Its name in metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
