package dev.capstan.ctl;

import dev.capstan.ctl.args.Flag;
import java.util.List;

/** The flags of every command. */
final class Globals {

  static final List<Flag> FLAGS =
      List.of(
          Flag.text("namespace", 'n', "Namespace to work in", "@namespaces"),
          Flag.text("context", '\0', "Context of the configuration file to use", "@contexts"),
          Flag.text("server", 's', "Address of the API server, HOST:PORT"),
          Flag.text("token-file", '\0', "File with the token to show the server", "@files"),
          Flag.duration(
              "request-timeout",
              null,
              "Give up on a single request after this long, e.g. 5s (default 30s)"),
          Flag.number(
                  "v",
                  "0",
                  "Say more on standard error: 1 which cluster, 6 calls and their times, 8 what is"
                      + " sent and answered, 9 all of it")
              .withShorthand('v'),
          Flag.bool("help", 'h', "Help for the command"));

  private Globals() {}
}
