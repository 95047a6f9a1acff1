package dev.capstan.ctl.args;

import dev.capstan.api.Numbers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command line taken apart.
 *
 * @param words what is not a flag, in order
 * @param dashAt how many of the words came before {@code --}; -1 if there was none
 * @param given values by flag name, in the order given; absent if not given
 * @param flags the flags of the command
 */
public record Parsed(
    List<String> words, int dashAt, Map<String, List<String>> given, Map<String, Flag> flags) {

  /** True if the flag was on the command line. */
  public boolean has(String flag) {
    return given.containsKey(flag);
  }

  /** The last value given, else the default, else null. */
  public @Nullable String text(String flag) {
    List<String> values = given.get(flag);
    if (values != null) {
      return values.getLast();
    }
    Flag f = flags.get(flag);
    if (f == null) {
      throw new IllegalStateException("no such flag: " + flag);
    }
    return f.fallback();
  }

  /** The last value given, else the default, else {@code otherwise}. */
  public String text(String flag, String otherwise) {
    String value = text(flag);
    return value == null ? otherwise : value;
  }

  /** All values given. */
  public List<String> all(String flag) {
    return given.getOrDefault(flag, List.of());
  }

  /** The value of a switch. */
  public boolean is(String flag) {
    return "true".equals(text(flag));
  }

  /** The value of a number, or null. */
  public @Nullable Long number(String flag) {
    String value = text(flag);
    return value == null ? null : Numbers.parseLong(value);
  }

  /** The value of a span of time, or null. */
  public @Nullable Duration duration(String flag) {
    String value = text(flag);
    return value == null ? null : Durations.parse(value);
  }
}
