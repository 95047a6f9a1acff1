package dev.capstan.ctl.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.capstan.ctl.text.JsonPrinter;
import dev.capstan.ctl.text.YamlPrinter;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What is printed reads back as it was, by our own reader and by another YAML parser. */
class YamlRoundTripTest {

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> nasty =
        Arbitraries.of(
            "",
            " ",
            "yes",
            "No",
            "on",
            "y",
            "null",
            "~",
            "true",
            "1",
            "0x1F",
            "0o17",
            "1e3",
            ".5",
            "1_000",
            "12:30:45",
            "2026-11-22",
            "2026-11-22T10:00:00Z",
            ".inf",
            "-",
            "- a",
            "?",
            ":",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            "@a",
            "`a",
            "%a",
            "'",
            "\"",
            "{",
            "[a]",
            "---",
            "...",
            "a\nb",
            "a\nb\n",
            "\na",
            "a\n\n",
            " a\nb",
            "a\n  b",
            "a\r\nb",
            "\ta",
            "a\tb",
            "é",
            "日本",
            "\ud83d\ude00",
            "\u0007",
            "\u001b[31m",
            "\u2028",
            "\ufeff",
            "\u202e",
            "<<",
            "=");
    return Arbitraries.oneOf(
        nasty, Arbitraries.strings().ofMaxLength(12).filter(YamlRoundTripTest::isText));
  }

  private static boolean isText(String s) {
    return s.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff);
  }

  /** Of a bounded depth: without one a tree, now and then, is larger than the memory. */
  @Provide
  Arbitrary<JsonElement> trees() {
    return trees(3);
  }

  private Arbitrary<JsonElement> trees(int depth) {
    Arbitrary<JsonElement> leaf =
        Arbitraries.oneOf(
            texts().map(JsonPrimitive::new),
            Arbitraries.integers().map(JsonPrimitive::new),
            Arbitraries.of(true, false).map(JsonPrimitive::new));
    return depth == 0 ? leaf : Arbitraries.oneOf(leaf, leaf, lists(depth - 1), maps(depth - 1));
  }

  private Arbitrary<JsonElement> lists(int depth) {
    return trees(depth)
        .list()
        .ofMaxSize(3)
        .map(items -> {
          JsonArray list = new JsonArray();
          items.forEach(list::add);
          return list;
        });
  }

  private Arbitrary<JsonElement> maps(int depth) {
    return Arbitraries.maps(texts(), trees(depth))
        .ofMaxSize(3)
        .map(members -> {
          JsonObject map = new JsonObject();
          members.forEach(map::add);
          return map;
        });
  }

  @Property(tries = 1000)
  void yamlReadsBackAsItWas(@ForAll("trees") JsonElement tree) {
    JsonObject root = new JsonObject();
    root.add("value", tree);
    String text = YamlPrinter.print(root);
    Object read = new Load(LoadSettings.builder().build()).loadFromString(text);
    assertThat(JsonPrinter.compact(json(read))).as(text).isEqualTo(JsonPrinter.compact(root));
    YamlNode own = YamlReader.read("f", text).getFirst();
    assertThat(JsonPrinter.compact(json(own))).as(text).isEqualTo(JsonPrinter.compact(root));
  }

  @Property(tries = 500)
  void jsonReadsBackAsItWas(@ForAll("trees") JsonElement tree) {
    JsonObject root = new JsonObject();
    root.add("value", tree);
    String text = JsonPrinter.print(root);
    assertThat(com.google.gson.JsonParser.parseString(text)).isEqualTo(root);
    YamlNode own = YamlReader.read("f", text).getFirst();
    assertThat(JsonPrinter.compact(json(own))).as(text).isEqualTo(JsonPrinter.compact(root));
  }

  private static JsonElement json(Object value) {
    return com.google.gson.JsonParser.parseString(
        new com.google.gson.GsonBuilder().serializeNulls().create().toJson(value));
  }

  private static JsonElement json(YamlNode node) {
    return switch (node) {
      case YamlNode.Mapping map -> {
        JsonObject o = new JsonObject();
        map.entries().forEach(e -> o.add(e.key(), json(e.value())));
        yield o;
      }
      case YamlNode.Sequence list -> {
        JsonArray a = new JsonArray();
        list.items().forEach(i -> a.add(json(i)));
        yield a;
      }
      case YamlNode.Scalar s when Scalars.isBool(s) -> new JsonPrimitive(Boolean.valueOf(s.text()));
      case YamlNode.Scalar s when Scalars.isNumber(s) ->
          new JsonPrimitive(Integer.valueOf(s.text()));
      case YamlNode.Scalar s -> new JsonPrimitive(s.text());
    };
  }
}
