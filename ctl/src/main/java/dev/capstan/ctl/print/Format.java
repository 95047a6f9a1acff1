package dev.capstan.ctl.print;

import com.google.gson.JsonElement;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.text.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A value of {@code -o}. */
public sealed interface Format {

  /** Words that completion offers. */
  List<String> WORDS = List.of("wide", "yaml", "json", "name", "jsonpath=", "custom-columns=");

  /** What is said of them, in the order of kubectl's own sentence. */
  String KNOWN = "custom-columns=,json,jsonpath=,name,wide,yaml";

  /** Columns; all of them if wide. */
  record Columns(boolean wide) implements Format {}

  /** YAML. */
  record Yaml() implements Format {}

  /** JSON. */
  record Json() implements Format {}

  /** type/name. */
  record Name() implements Format {}

  /** A jsonpath template. */
  record Path(JsonPath template) implements Format {

    /** What the template makes of a tree. */
    public String print(JsonElement tree) {
      return evaluate(template, () -> template.print(tree));
    }
  }

  /** Columns of the user's choice. */
  record Custom(List<String> headings, List<JsonPath> cells) implements Format {}

  /** Reads the value of -o; empty means a table. */
  static Format of(String text) {
    int eq = text.indexOf('=');
    String word = eq < 0 ? text : text.substring(0, eq);
    String value = eq < 0 ? "" : text.substring(eq + 1);
    return switch (word) {
      case "" -> new Columns(false);
      case "wide" -> new Columns(true);
      case "yaml" -> new Yaml();
      case "json" -> new Json();
      case "name" -> new Name();
      case "jsonpath" -> new Path(jsonPath(value));
      case "custom-columns" -> custom(value);
      case "jsonpath-as-json",
          "jsonpath-file",
          "custom-columns-file",
          "go-template",
          "go-template-file",
          "template",
          "templatefile",
          "kyaml" ->
          throw CliException.error(
              "-o " + word + " is not in this version of capstan; there are: " + KNOWN);
      default ->
          throw CliException.error(
              "unable to match a printer suitable for the output format \""
                  + text
                  + "\", allowed formats are: "
                  + KNOWN);
    };
  }

  /** Evaluates a path; what does not fit it is the user's error. */
  static <T> T evaluate(JsonPath path, Supplier<T> evaluation) {
    try {
      return evaluation.get();
    } catch (IllegalArgumentException e) {
      throw CliException.error("error executing jsonpath \"" + path + "\": " + e.getMessage());
    }
  }

  private static JsonPath jsonPath(String value) {
    if (value.isEmpty()) {
      throw CliException.error("template format specified but no template given");
    }
    try {
      return JsonPath.parse(value);
    } catch (IllegalArgumentException e) {
      throw CliException.error("error parsing jsonpath " + value + ", " + e.getMessage());
    }
  }

  private static Custom custom(String value) {
    List<String> headings = new ArrayList<>();
    List<JsonPath> cells = new ArrayList<>();
    for (String column : value.split(",", -1)) {
      int colon = column.indexOf(':');
      if (colon < 0 || colon == column.length() - 1) {
        throw CliException.error(
            "unexpected custom-columns spec: " + column + ", expected <header>:<json-path-expr>");
      }
      headings.add(column.substring(0, colon));
      try {
        cells.add(JsonPath.relaxed(column.substring(colon + 1)));
      } catch (IllegalArgumentException e) {
        throw CliException.error("error parsing jsonpath " + column + ", " + e.getMessage());
      }
    }
    return new Custom(headings, cells);
  }
}
