package dev.capstan.e2e.sim.mutant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the format that the README beside the mutants describes; errors begin with file:line. */
final class MutantFile {

  private static final String ENDING = ".mutant";
  private static final String LATE = "late";
  private static final String OTHER_TESTS = "other tests";
  private static final List<String> REQUIRED = List.of("title", "asked", "expect", "breaks", "why");

  /** An edit in the making. */
  private record Draft(String at, String source, List<String> find, List<String> replace) {}

  private final Path file;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private final List<Draft> drafts = new ArrayList<>();
  private @Nullable String field;
  private int number;

  private MutantFile(Path file) {
    this.file = file;
  }

  /** All mutants of a folder, by name. */
  static List<Mutant> readAll(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ENDING))
          .sorted()
          .map(MutantFile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One mutant. */
  static Mutant read(Path file) {
    try {
      return new MutantFile(file).parse(Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Mutant parse(List<String> lines) {
    for (String line : lines) {
      number++;
      take(line);
    }
    for (String required : REQUIRED) {
      if (fields.getOrDefault(required, "").isEmpty()) {
        throw wrong("\"" + required + ":\" is missing");
      }
    }
    if (drafts.isEmpty()) {
      throw wrong("there is no \"edit:\"");
    }
    String fileName = file.getFileName().toString();
    return new Mutant(
        fileName.substring(0, fileName.length() - ENDING.length()),
        value("title"),
        value("asked"),
        value("expect"),
        value("breaks"),
        value("why"),
        value(OTHER_TESTS),
        drafts.stream().map(MutantFile::edit).toList());
  }

  private String value(String key) {
    return fields.getOrDefault(key, "");
  }

  private static Mutant.Edit edit(Draft draft) {
    if (draft.find.isEmpty()) {
      throw new MutantException(draft.at + ": an edit needs lines to find, each after a minus");
    }
    return new Mutant.Edit(
        draft.at, draft.source, List.copyOf(draft.find), List.copyOf(draft.replace));
  }

  private void take(String line) {
    if (line.isEmpty()) {
      field = null;
      return;
    }
    switch (line.charAt(0)) {
      case '#' -> field = null;
      case '-' -> find(line.substring(1));
      case '+' -> draft().replace.add(line.substring(1));
      case ' ' -> continued(line.strip());
      default -> named(line);
    }
  }

  private void find(String line) {
    if (!draft().replace.isEmpty()) {
      throw wrong("a line to find after lines to put there; begin another \"edit:\"");
    }
    draft().find.add(line);
  }

  private Draft draft() {
    if (drafts.isEmpty()) {
      throw wrong("a line to find or to put there before the first \"edit:\"");
    }
    return drafts.getLast();
  }

  private void continued(String more) {
    if (field == null) {
      throw wrong("continues nothing");
    }
    fields.merge(field, more, (a, b) -> a + " " + b);
  }

  private void named(String line) {
    int colon = line.indexOf(": ");
    if (colon < 0) {
      throw wrong("neither \"name: value\" nor a line that begins with -, + or #");
    }
    String key = line.substring(0, colon);
    String value = line.substring(colon + 2).strip();
    if (key.equals("edit")) {
      field = null;
      drafts.add(new Draft(at(), value, new ArrayList<>(), new ArrayList<>()));
    } else if (!REQUIRED.contains(key) && !key.equals(OTHER_TESTS) && !key.equals(LATE)) {
      throw wrong("unknown name \"" + key + "\"");
    } else if (fields.putIfAbsent(key, value) != null) {
      throw wrong("\"" + key + ":\" twice");
    } else {
      field = key;
    }
  }

  private String at() {
    return file.getFileName() + ":" + number;
  }

  private MutantException wrong(String what) {
    return new MutantException(at() + ": " + what);
  }
}
