package dev.capstan.e2e.sim.mutant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The production sources, with mutants applied in memory.
 *
 * @param root of the repository
 */
record MutantSources(Path root) {

  /** The repository that the working directory is in. */
  static MutantSources here() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("kvstore-client/src/main"))) {
        return new MutantSources(folder);
      }
    }
    throw new MutantException(start + " is not inside the repository");
  }

  /** The folder of all mutants. */
  Path mutants() {
    return root.resolve("e2e/src/test/resources/mutants");
  }

  /**
   * The changed sources by their path from the root.
   *
   * @throws MutantException if a source is missing, or has an edit's lines not exactly once
   */
  Map<String, String> apply(Mutant mutant) {
    Map<String, String> changed = new LinkedHashMap<>();
    for (Mutant.Edit edit : mutant.edits()) {
      String before = changed.getOrDefault(edit.source(), "");
      changed.put(edit.source(), apply(edit, before.isEmpty() ? read(edit) : before));
    }
    return changed;
  }

  private String read(Mutant.Edit edit) {
    Path file = root.resolve(edit.source());
    if (!edit.source().contains("/src/main/java/") || !Files.isRegularFile(file)) {
      throw new MutantException(edit.at() + ": no production source " + edit.source());
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String apply(Mutant.Edit edit, String text) {
    // With a line end on either side, so that only whole lines are found.
    String in = "\n" + text;
    String lines = "\n" + String.join("\n", edit.find()) + "\n";
    int at = in.indexOf(lines);
    if (at < 0) {
      throw new MutantException(edit.at() + ": not found in " + edit.source());
    }
    if (in.indexOf(lines, at + 1) >= 0) {
      throw new MutantException(edit.at() + ": found more than once in " + edit.source());
    }
    StringBuilder result = new StringBuilder(in.substring(1, at + 1));
    edit.replace().forEach(line -> result.append(line).append('\n'));
    return result.append(in.substring(at + lines.length())).toString();
  }
}
