package dev.capstan.apiserver.peers;

/** What clients may take of the server. Rates are those of a user; a stranger gets a tenth. */
public enum Limit {
  CONNECTIONS("connections", 10_000, "open connections"),
  ADDRESS_CONNECTIONS("address-connections", 5_000, "open connections of one address"),
  STRANGERS("strangers", 500, "open connections without an authenticated call: the oldest is cut"),
  ADDRESS_STRANGERS("address-strangers", 200, "the same, of one address"),
  RUNNING_CALLS("running-calls", 64, "calls of one connection that have a thread at a time"),
  CONNECTS("connects", 200, "new connections a second of one address that do not authenticate"),
  HANDSHAKE_SECONDS("handshake-seconds", 10, "seconds for HTTP/2's preface and SETTINGS"),
  FIRST_CALL_SECONDS("first-call-seconds", 30, "seconds for the first authenticated call"),
  STRANGERS_CALLS("strangers-calls", 50, "calls a second of strangers of one address"),
  RESETS("resets", 200, "RST_STREAM frames a second"),
  SETTINGS("settings", 20, "SETTINGS frames a second"),
  PINGS("pings", 500, "PING frames a second"),
  WINDOW_UPDATES(
      "window-updates", 2_000, "WINDOW_UPDATE frames a second beyond one for each frame received"),
  SMALL_DATA("small-data", 2_000, "DATA frames under 64 bytes a second beyond two for each call"),
  CONTINUATIONS("continuations", 20, "CONTINUATION frames a second"),
  OTHER_FRAMES("other-frames", 50, "frames of other kinds a second");

  private final String option;
  private final int standard;
  private final String meaning;

  Limit(String option, int standard, String meaning) {
    this.option = option;
    this.standard = standard;
    this.meaning = meaning;
  }

  /** Its name in {@code --limit NAME=NUMBER}. */
  public String option() {
    return option;
  }

  /** What it is unless somebody says otherwise. */
  public int standard() {
    return standard;
  }

  /** What is counted, for people. */
  public String meaning() {
    return meaning;
  }
}
