package dev.capstan.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The first block of commands and output of a page of docs/, to be held against what really
 * happens.
 */
public final class Page {

  private static final Pattern AGE = Pattern.compile("[0-9]+[smhd]([0-9]+[smh])?");

  /**
   * A command of the page.
   *
   * @param arguments after {@code capstan}
   * @param output the lines the page shows below it
   */
  public record Step(List<String> arguments, List<String> output) {

    /**
     * The lines of the page that no line of the real output matches. Ages match any age, {@code …}
     * any end of a word.
     */
    public List<String> missingFrom(String real) {
      return output.stream()
          .filter(shown -> real.lines().noneMatch(line -> pattern(shown).matcher(line).matches()))
          .toList();
    }

    private static Pattern pattern(String shown) {
      return Pattern.compile(
          Arrays.stream(shown.strip().split("\\s+"))
              .map(Step::word)
              .collect(Collectors.joining("\\s+", "\\s*", "\\s*")));
    }

    private static String word(String word) {
      if (AGE.matcher(word).matches()) {
        return AGE.pattern();
      }
      return Arrays.stream(word.split("…", -1))
          .map(Pattern::quote)
          .collect(Collectors.joining("\\S*"));
    }
  }

  private Page() {}

  /** Reads the first indented block of a page. */
  public static List<Step> steps(String page) {
    List<Step> steps = new ArrayList<>();
    for (String line : firstBlock(page)) {
      if (line.startsWith("$ capstan ")) {
        List<String> words = List.of(line.substring("$ capstan ".length()).split(" "));
        steps.add(new Step(words, new ArrayList<>()));
      } else if (!line.isBlank()) {
        steps.getLast().output().add(line);
      }
    }
    return steps;
  }

  private static List<String> firstBlock(String page) {
    Path path = Path.of("..", "docs", page);
    try {
      return Files.readAllLines(path).stream()
          .dropWhile(line -> !line.startsWith("    "))
          .takeWhile(line -> line.startsWith("    "))
          .map(String::strip)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
