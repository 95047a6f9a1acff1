package dev.capstan.ctl.args;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One flag of a command.
 *
 * @param name long name, without dashes
 * @param shorthand one letter, or 0
 * @param type what its value must be
 * @param fallback value when it is not given; null if there is none
 * @param bare value when it is given without one; null if a value is needed
 * @param help one line, with the default if it is not obvious
 * @param values what completion offers: words, or one of {@code @namespaces}, {@code @contexts},
 *     {@code @files}, {@code @labels}
 */
public record Flag(
    String name,
    char shorthand,
    Type type,
    @Nullable String fallback,
    @Nullable String bare,
    String help,
    List<String> values) {

  /** What a flag's value must be. */
  public enum Type {
    /** true or false; given alone it means true. */
    BOOL,
    /** Any text. */
    TEXT,
    /** A whole number. */
    INT,
    /** A span of time such as 90s, 1m30s, 2h, or a plain number of seconds. */
    DURATION,
    /** Any text; may be repeated. */
    LIST
  }

  /** A switch, off unless given. */
  public static Flag bool(String name, char shorthand, String help) {
    return new Flag(name, shorthand, Type.BOOL, "false", "true", help, List.of());
  }

  /** A switch, on unless given as {@code --name=false}. */
  public static Flag on(String name, char shorthand, String help) {
    return new Flag(name, shorthand, Type.BOOL, "true", "true", help, List.of());
  }

  /** A text. */
  public static Flag text(String name, char shorthand, String help, String... values) {
    return new Flag(name, shorthand, Type.TEXT, null, null, help, List.of(values));
  }

  /** A text that may be repeated. */
  public static Flag list(String name, char shorthand, String help, String... values) {
    return new Flag(name, shorthand, Type.LIST, null, null, help, List.of(values));
  }

  /** A whole number. */
  public static Flag number(String name, @Nullable String fallback, String help) {
    return new Flag(name, '\0', Type.INT, fallback, null, help, List.of());
  }

  /** A span of time. */
  public static Flag duration(String name, @Nullable String fallback, String help) {
    return new Flag(name, '\0', Type.DURATION, fallback, null, help, List.of());
  }

  /** The same flag with a default. */
  public Flag or(String value) {
    return new Flag(name, shorthand, type, value, bare, help, values);
  }

  /** The same flag, which means {@code value} when given without one. */
  public Flag bare(String value) {
    return new Flag(name, shorthand, type, fallback, value, help, values);
  }

  /** The same flag with a one-letter form. */
  public Flag withShorthand(char letter) {
    return new Flag(name, letter, type, fallback, bare, help, values);
  }
}
