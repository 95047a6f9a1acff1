package dev.capstan.ctl;

import dev.capstan.ctl.args.ArgParser;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.args.Parsed;
import dev.capstan.ctl.args.UsageException;
import dev.capstan.ctl.cluster.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command line that is still being typed. */
public final class CommandLine {

  /** The flags of every command. */
  public static final List<Flag> GLOBALS = Globals.FLAGS;

  private final Env env;
  private final List<Flag> flags;
  private final List<String> args;
  private @Nullable Flag open;

  /** The words after the verb, without the one being typed. */
  public CommandLine(Env env, List<Flag> flags, List<String> args) {
    this.env = env;
    this.flags = flags;
    boolean waits = !args.isEmpty() && args.getLast().startsWith("-");
    if (waits) {
      for (Flag flag : flags) {
        boolean named =
            args.getLast().equals("--" + flag.name())
                || (flag.shorthand() != 0 && args.getLast().equals("-" + flag.shorthand()));
        if (named && flag.bare() == null) {
          open = flag;
        }
      }
    }
    this.args = open == null ? args : args.subList(0, args.size() - 1);
  }

  /** The flag whose value is being typed; null if none is. */
  public @Nullable Flag open() {
    return open;
  }

  /** What is not a flag. */
  public List<String> words() {
    return parsed().words();
  }

  /** The cluster that the flags so far name. */
  public Session session() {
    return new Session(env, parsed());
  }

  private Parsed parsed() {
    try {
      return ArgParser.parse(flags, args);
    } catch (UsageException e) {
      return ArgParser.parse(flags, List.of());
    }
  }

  /** Removes and returns the first word that is neither a flag nor a flag's value. */
  public static @Nullable String takeWord(List<String> args) {
    return Capstan.takeWord(args, GLOBALS);
  }
}
