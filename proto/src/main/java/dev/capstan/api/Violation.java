package dev.capstan.api;

/**
 * One thing that is wrong with an object.
 *
 * @param path JSON path of the field, e.g. "spec.template.spec.containers[0].image"
 * @param message what was expected, e.g. "must be >= 0"
 */
public record Violation(String path, String message) {

  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
