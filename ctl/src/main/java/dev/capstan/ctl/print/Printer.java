package dev.capstan.ctl.print;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.capstan.ctl.table.Cells;
import dev.capstan.ctl.table.KindTable;
import dev.capstan.ctl.text.JsonPath;
import dev.capstan.ctl.text.JsonPrinter;
import dev.capstan.ctl.text.Table;
import dev.capstan.ctl.text.YamlPrinter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prints objects in a format.
 *
 * @param format of -o
 * @param withNamespace NAMESPACE is the first column
 * @param withKind names are type/name, because several types are shown
 * @param withLabels LABELS is the last column
 * @param labelColumns labels that have a column of their own
 * @param headings false for none
 */
public record Printer(
    Format format,
    boolean withNamespace,
    boolean withKind,
    boolean withLabels,
    List<String> labelColumns,
    boolean headings) {

  /** Without any option. */
  public static Printer plain(Format format) {
    return new Printer(format, false, false, false, List.of(), true);
  }

  /** The same without headings. */
  public Printer withoutHeadings() {
    return new Printer(format, withNamespace, withKind, withLabels, labelColumns, false);
  }

  /** A list of objects, maybe of several kinds. */
  public String list(List<Item> items, Instant now) {
    return switch (format) {
      case Format.Columns columns -> tables(items, columns.wide(), now);
      case Format.Custom custom -> custom(items, custom);
      case Format.Name _ ->
          items.stream().map(i -> i.display() + "\n").collect(Collectors.joining());
      case Format.Yaml _ -> YamlPrinter.print(listJson(items));
      case Format.Json _ -> JsonPrinter.print(listJson(items));
      case Format.Path path -> path.print(listJson(items));
    };
  }

  /** A single object. */
  public String one(Item item, Instant now) {
    return switch (format) {
      case Format.Columns _, Format.Custom _, Format.Name _ -> list(List.of(item), now);
      case Format.Yaml _ -> YamlPrinter.print(item.json());
      case Format.Json _ -> JsonPrinter.print(item.json());
      case Format.Path path -> path.print(item.json());
    };
  }

  private static JsonObject listJson(List<Item> items) {
    JsonObject list = new JsonObject();
    list.addProperty("apiVersion", "v1");
    list.addProperty("kind", "List");
    JsonObject meta = new JsonObject();
    meta.addProperty("resourceVersion", "");
    list.add("metadata", meta);
    JsonArray array = new JsonArray();
    items.forEach(i -> array.add(i.json()));
    list.add("items", array);
    return list;
  }

  private String tables(List<Item> items, boolean wide, Instant now) {
    Map<String, List<Item>> byKind = new LinkedHashMap<>();
    items.forEach(i -> byKind.computeIfAbsent(i.kind().name(), k -> new ArrayList<>()).add(i));
    List<String> texts = new ArrayList<>();
    for (List<Item> group : byKind.values()) {
      KindTable table = KindTable.of(group.getFirst().kind());
      List<List<String>> rows = group.stream().map(i -> row(table, i, wide, now)).toList();
      texts.add(new Table(headings(table, wide)).print(rows, headings));
    }
    return String.join("\n", texts);
  }

  /** The headings of a kind's table under these options. */
  public List<String> headings(KindTable table, boolean wide) {
    List<String> all = new ArrayList<>();
    if (withNamespace) {
      all.add("NAMESPACE");
    }
    all.addAll(table.headings().subList(0, wide ? table.headings().size() : table.narrow()));
    labelColumns.forEach(
        l -> all.add(l.substring(l.lastIndexOf('/') + 1).toUpperCase(Locale.ROOT)));
    if (withLabels) {
      all.add("LABELS");
    }
    return all;
  }

  /** An object's row under these options. */
  public List<String> row(KindTable table, Item item, boolean wide, Instant now) {
    List<String> all = new ArrayList<>();
    if (withNamespace) {
      all.add(item.metadata().getNamespace());
    }
    List<String> cells = table.row(item.object(), now);
    int name = table.headings().indexOf("NAME");
    for (int i = 0; i < (wide ? cells.size() : table.narrow()); i++) {
      all.add(
          withKind && i == name
              ? item.kind().singularResource() + "/" + cells.get(i)
              : cells.get(i));
    }
    Map<String, String> labels = item.metadata().getLabelsMap();
    labelColumns.forEach(l -> all.add(labels.getOrDefault(l, "")));
    if (withLabels) {
      all.add(Cells.labels(labels));
    }
    return all;
  }

  private String custom(List<Item> items, Format.Custom custom) {
    List<List<String>> rows = new ArrayList<>();
    for (Item item : items) {
      JsonObject json = item.json();
      rows.add(custom.cells().stream().map(cell -> cell(cell, json)).toList());
    }
    return new Table(custom.headings()).print(rows, headings);
  }

  private static String cell(JsonPath path, JsonObject json) {
    List<JsonElement> found = Format.evaluate(path, () -> path.find(json));
    return found.isEmpty()
        ? "<none>"
        : found.stream().map(JsonPath::text).collect(Collectors.joining(","));
  }
}
