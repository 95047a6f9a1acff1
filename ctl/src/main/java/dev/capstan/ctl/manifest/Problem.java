package dev.capstan.ctl.manifest;

import dev.capstan.ctl.text.Escapes;

/**
 * Something wrong in a manifest.
 *
 * @param file as the user named it
 * @param mark where
 * @param path of the field, e.g. {@code spec.replicas}; empty if it is the document
 * @param message what is wrong, and what would be right
 */
public record Problem(String file, YamlNode.Mark mark, String path, String message) {

  /** {@code file:line:column: path: message}. */
  @Override
  public String toString() {
    String where = file + ":" + mark + ": ";
    return Escapes.line(where + (path.isEmpty() ? "" : path + ": ") + message);
  }
}
