package dev.capstan.ctl.verb;

import dev.capstan.ctl.args.Flag;

/** Flags that several verbs share. */
final class Flags {

  static final Flag ALL_NAMESPACES = Flag.bool("all-namespaces", 'A', "Look in all namespaces");
  static final Flag SELECTOR =
      Flag.text(
          "selector",
          'l',
          "Only objects with these labels, e.g. app=web,tier in (a,b),!old",
          "@labels");
  static final Flag FIELD_SELECTOR =
      Flag.text(
          "field-selector", '\0', "Only objects with these fields, e.g. status.phase=Running");
  static final Flag FOR = Flag.text("for", '\0', "Only events of this object, TYPE/NAME");
  static final Flag FILENAME =
      Flag.list(
          "filename", 'f', "File or folder with manifests, or - for standard input", "@files");
  static final Flag RECURSIVE =
      Flag.bool("recursive", 'R', "Also the folders inside a folder given with -f");
  static final Flag DRY_RUN =
      Flag.text(
              "dry-run",
              '\0',
              "client: send nothing; server: check there but store nothing",
              "none",
              "client",
              "server")
          .or("none")
          .bare("client");

  private Flags() {}

  static Flag output(String help, String... words) {
    return Flag.text("output", 'o', help, words);
  }
}
