package dev.capstan.ctl;

import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.text.Tabs;
import java.util.List;

/** The texts of help. */
final class Help {

  private Help() {}

  static String all() {
    StringBuilder b =
        new StringBuilder("capstan runs containers on your machines, the way kubectl would.\n");
    for (Verbs.Group group : Verbs.groups()) {
      b.append('\n').append(group.heading()).append(":\n");
      Tabs tabs = new Tabs(17, 2);
      for (String verb : group.verbs()) {
        tabs.line("  " + verb + "\t" + summary(verb));
      }
      b.append(tabs);
    }
    return b.append("\nUse \"capstan VERB --help\" for its flags and examples.\n").toString();
  }

  static String group(String verb) {
    StringBuilder b = new StringBuilder(Verbs.groupSummary(verb)).append(".\n\nCommands:\n");
    Tabs tabs = new Tabs(17, 2);
    for (String sub : Verbs.subs(verb)) {
      tabs.line("  " + sub + "\t" + summary(verb + " " + sub));
    }
    return b.append(tabs)
        .append("\nUse \"capstan ")
        .append(verb)
        .append(" COMMAND --help\" for more.\n")
        .toString();
  }

  static String command(Usage usage) {
    StringBuilder b = new StringBuilder(usage.summary()).append(".\n\nExamples:\n");
    usage
        .examples()
        .strip()
        .lines()
        .forEach(l -> b.append(l.isEmpty() ? "" : "  ").append(l).append('\n'));
    if (!usage.flags().isEmpty()) {
      b.append("\nFlags:\n").append(flags(usage.flags()));
    }
    b.append("\nFlags of every command:\n").append(flags(Globals.FLAGS));
    return b.append("\nUsage:\n  capstan ").append(usage.line()).append('\n').toString();
  }

  private static String flags(List<Flag> flags) {
    Tabs tabs = new Tabs(0, 3);
    for (Flag flag : flags) {
      String shorthand = flag.shorthand() == 0 ? "    " : "-" + flag.shorthand() + ", ";
      String value =
          switch (flag.type()) {
            case BOOL -> "true".equals(flag.fallback()) ? "=true" : "";
            case TEXT -> " TEXT";
            case LIST -> " TEXT";
            case INT -> " N";
            case DURATION -> " TIME";
          };
      tabs.line("  " + shorthand + "--" + flag.name() + value + "\t" + flag.help());
    }
    return tabs.toString();
  }

  static String summary(String verb) {
    if (verb.equals("help")) {
      return "Help for any command";
    }
    Command command = Verbs.command(verb);
    return command == null ? Verbs.groupSummary(verb) : command.usage().summary();
  }
}
