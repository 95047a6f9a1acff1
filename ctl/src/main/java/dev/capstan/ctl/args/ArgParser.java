package dev.capstan.ctl.args;

import dev.capstan.api.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command line the way Go's pflag does, since that is what kubectl's users are used to:
 * flags anywhere, {@code --a=b} and {@code --a b}, {@code -ab}, {@code -nvalue}, {@code -n=value},
 * and {@code --} before what is not ours.
 */
public final class ArgParser {

  private final Map<String, Flag> flags = new LinkedHashMap<>();
  private final List<String> words = new ArrayList<>();
  private final Map<String, List<String>> given = new LinkedHashMap<>();
  private int dashAt = -1;

  private ArgParser(List<Flag> flags) {
    flags.forEach(f -> this.flags.put(f.name(), f));
  }

  /**
   * Takes {@code args} apart.
   *
   * @throws UsageException naming the flag that is unknown, lacks a value or has a wrong one
   */
  public static Parsed parse(List<Flag> flags, List<String> args) {
    ArgParser p = new ArgParser(flags);
    p.read(args);
    return new Parsed(List.copyOf(p.words), p.dashAt, p.given, p.flags);
  }

  private void read(List<String> args) {
    int i = 0;
    while (i < args.size()) {
      String arg = args.get(i);
      String next = i + 1 < args.size() ? args.get(i + 1) : null;
      if (arg.equals("--")) {
        dashAt = words.size();
        words.addAll(args.subList(i + 1, args.size()));
        return;
      }
      if (arg.startsWith("--")) {
        i += longFlag(arg.substring(2), next);
      } else if (arg.startsWith("-") && arg.length() > 1) {
        i += shortFlags(arg.substring(1), next);
      } else {
        words.add(arg);
        i++;
      }
    }
  }

  private int longFlag(String text, @Nullable String next) {
    int eq = text.indexOf('=');
    String name = eq < 0 ? text : text.substring(0, eq);
    Flag flag = flags.get(name);
    if (flag == null) {
      throw new UsageException("unknown flag: --" + name);
    }
    if (eq >= 0) {
      put(flag, text.substring(eq + 1));
      return 1;
    }
    return alone(flag, next, "flag needs an argument: --" + name);
  }

  private int shortFlags(String text, @Nullable String next) {
    for (int i = 0; i < text.length(); i++) {
      Flag flag = shorthand(text.charAt(i), text);
      String rest = text.substring(i + 1);
      if (rest.startsWith("=")) {
        put(flag, rest.substring(1));
        return 1;
      }
      String bare = flag.bare();
      if (bare != null) {
        put(flag, bare);
      } else if (!rest.isEmpty()) {
        put(flag, rest);
        return 1;
      } else {
        return alone(flag, next, "flag needs an argument: '" + flag.shorthand() + "' in -" + text);
      }
    }
    return 1;
  }

  private int alone(Flag flag, @Nullable String next, String complaint) {
    String bare = flag.bare();
    if (bare != null) {
      put(flag, bare);
      return 1;
    }
    if (next == null) {
      throw new UsageException(complaint);
    }
    put(flag, next);
    return 2;
  }

  private Flag shorthand(char c, String text) {
    for (Flag flag : flags.values()) {
      if (flag.shorthand() == c) {
        return flag;
      }
    }
    throw new UsageException("unknown shorthand flag: '" + c + "' in -" + text);
  }

  private void put(Flag flag, String value) {
    String checked =
        switch (flag.type()) {
          case TEXT, LIST -> value;
          case BOOL -> bool(flag, value);
          case INT -> number(flag, value);
          case DURATION -> duration(flag, value);
        };
    given.computeIfAbsent(flag.name(), n -> new ArrayList<>()).add(checked);
  }

  private static String bool(Flag flag, String value) {
    return switch (value) {
      case "true", "True", "TRUE", "t", "T", "1" -> "true";
      case "false", "False", "FALSE", "f", "F", "0" -> "false";
      default -> throw invalid(flag, value, "must be true or false");
    };
  }

  private static String number(Flag flag, String value) {
    try {
      return Long.toString(Numbers.parseLong(value.strip()));
    } catch (NumberFormatException e) {
      boolean large = value.strip().matches("[-+]?[0-9]+");
      throw invalid(flag, value, large ? "must have at most 64 bits" : "must be a whole number");
    }
  }

  private static String duration(Flag flag, String value) {
    try {
      Durations.parse(value);
      return value;
    } catch (IllegalArgumentException e) {
      throw invalid(flag, value, String.valueOf(e.getMessage()));
    }
  }

  private static UsageException invalid(Flag flag, String value, String why) {
    String name = (flag.shorthand() == 0 ? "" : "-" + flag.shorthand() + ", ") + "--" + flag.name();
    return new UsageException(
        "invalid argument \"" + value + "\" for \"" + name + "\" flag: " + why);
  }
}
