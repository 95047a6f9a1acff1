package dev.capstan.ctl;

import dev.capstan.ctl.args.ArgParser;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.args.Parsed;
import dev.capstan.ctl.args.UsageException;
import dev.capstan.ctl.text.Escapes;
import dev.capstan.ctl.text.Similar;
import dev.capstan.ctl.verb.Complete;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the verb, reads its flags, runs it, and turns what goes wrong into a message and an exit
 * code.
 */
public final class Capstan {

  private final Env env;

  /** A command in these surroundings. */
  public Capstan(Env env) {
    this.env = env.guarded();
  }

  /** Runs a command line and returns its exit code. */
  public int run(List<String> args) {
    if (!args.isEmpty() && args.getFirst().equals("__complete")) {
      return new Complete(env).run(args.subList(1, args.size()));
    }
    String path = "";
    try {
      List<String> rest = new ArrayList<>(args);
      String verb = takeWord(rest, Globals.FLAGS);
      path = verb == null ? "" : verb;
      if (verb == null || verb.equals("help")) {
        return help(rest);
      }
      if (!Verbs.subs(verb).isEmpty()) {
        String sub = takeWord(rest, Globals.FLAGS);
        if (sub == null) {
          env.out().print(Help.group(verb));
          return rest.contains("-h") || rest.contains("--help") ? 0 : 1;
        }
        path = verb + " " + sub;
      }
      return command(path, rest);
    } catch (CliException e) {
      env.err().println(Escapes.text(String.valueOf(e.getMessage())));
      return e.code();
    } catch (UsageException e) {
      env.err().println("error: " + Escapes.line(String.valueOf(e.getMessage())));
      String command = ("capstan " + path).strip();
      env.err().println("See '" + command + " --help' for usage.");
      return 1;
    }
  }

  private int command(String path, List<String> rest) {
    Command command = Verbs.command(path);
    if (command == null) {
      throw unknown(path);
    }
    List<Flag> flags = new ArrayList<>(command.usage().flags());
    flags.addAll(Globals.FLAGS);
    Parsed parsed = ArgParser.parse(flags, rest);
    if (parsed.is("help")) {
      env.out().print(Help.command(command.usage()));
      return 0;
    }
    try (Cli cli = new Cli(env, path, parsed)) {
      return Failures.guard(cli, () -> command.run(cli));
    }
  }

  private int help(List<String> rest) {
    List<String> words = rest.stream().filter(w -> !w.startsWith("-")).toList();
    List<String> flags = rest.stream().filter(w -> w.startsWith("-")).toList();
    for (String flag : flags) {
      if (!flag.equals("-h") && !flag.equals("--help")) {
        ArgParser.parse(Globals.FLAGS, rest);
      }
    }
    if (words.isEmpty()) {
      env.out().print(Help.all());
      return 0;
    }
    String path = String.join(" ", words);
    if (!Verbs.subs(path).isEmpty()) {
      env.out().print(Help.group(path));
      return 0;
    }
    Command command = Verbs.command(path);
    if (command == null) {
      throw unknown(path);
    }
    env.out().print(Help.command(command.usage()));
    return 0;
  }

  private static CliException unknown(String path) {
    int space = path.indexOf(' ');
    String verb = space < 0 ? path : path.substring(0, space);
    String word = path.substring(space + 1);
    boolean known = space < 0 ? Verbs.isKubectl(verb) : Verbs.isKubectlSub(verb, word);
    if (known) {
      return CliException.error("\"" + path + "\" is not in this version of capstan");
    }
    List<String> candidates =
        space < 0
            ? Verbs.groups().stream().flatMap(g -> g.verbs().stream()).toList()
            : Verbs.subs(verb);
    String meant = Similar.nearest(word, candidates);
    String hint = meant == null ? "" : "\n\nDid you mean this?\n\t" + meant;
    String of = space < 0 ? "capstan" : "capstan " + verb;
    return CliException.error("unknown command \"" + word + "\" for \"" + of + "\"" + hint);
  }

  /** Removes and returns the first word that is neither a flag nor a flag's value. */
  static @Nullable String takeWord(List<String> args, List<Flag> flags) {
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (arg.equals("--")) {
        return null;
      }
      if (!arg.startsWith("-") || arg.length() == 1) {
        return args.remove(i);
      }
      if (takesNext(arg, flags)) {
        i++;
      }
    }
    return null;
  }

  private static boolean takesNext(String arg, List<Flag> flags) {
    for (Flag flag : flags) {
      boolean named = arg.equals("--" + flag.name()) || arg.equals("-" + flag.shorthand());
      if (named) {
        return flag.bare() == null;
      }
    }
    return false;
  }
}
