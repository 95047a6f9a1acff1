package dev.capstan.api;

/**
 * One thing that is wrong with an object.
 *
 * @param path JSON path of the field, e.g. "spec.template.spec.containers[0].image"
 * @param message what was expected, e.g. "must be >= 0"
 */
public record Violation(String path, String message) {

  /** How a path names an entry of a map: the key in brackets, shortened if it is long. */
  public static String step(String key) {
    return "[" + shorten(key) + "]";
  }

  /** A text that a client sent, fit for a message: its first 64 characters, as visible text. */
  public static String shorten(String text) {
    return VisibleText.of(text.length() <= 64 ? text : text.substring(0, 61) + "...");
  }

  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
