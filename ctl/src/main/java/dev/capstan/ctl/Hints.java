package dev.capstan.ctl;

import dev.capstan.ctl.args.Parsed;
import java.util.List;

/** The flags that make a command line act on the same objects as the one that was typed. */
final class Hints {

  private static final List<String> PLACE = List.of("context", "server", "token-file", "namespace");

  private Hints() {}

  /** As they are to be typed, each after a blank; empty if none was given. */
  static String flags(Parsed args) {
    StringBuilder b = new StringBuilder();
    for (String flag : PLACE) {
      if (args.has(flag)) {
        String name = flag.equals("namespace") ? " -n " : " --" + flag + " ";
        b.append(name).append(quoted(args.text(flag, "")));
      }
    }
    return b.toString();
  }

  private static String quoted(String value) {
    return value.matches("[A-Za-z0-9_./:@%+=,~-]+")
        ? value
        : "'" + value.replace("'", "'\\''") + "'";
  }
}
