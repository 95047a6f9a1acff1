package dev.capstan.ctl.manifest;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds nodes from snakeyaml-engine's events, which keeps limits in our hands: the library's
 * composer recurses without one, and its alias limit counts only when Java objects are constructed.
 */
final class YamlReader {

  /** Nothing Kubernetes-like comes near. */
  static final int MAX_DEPTH = 100;

  /** Nodes after the replacement of aliases; an object of 1 MiB has far fewer. */
  static final int MAX_NODES = 200_000;

  /** Characters of one file. */
  static final int MAX_CHARS = 8 << 20;

  private final String file;
  private final JsonTexts.Part part;
  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new LinkedHashMap<>();
  private int nodes;

  /** An anchored node and how many nodes it stands for. */
  private record Anchored(YamlNode node, int nodes) {}

  /**
   * A reader of a part of a file.
   *
   * @param nodes there were before it
   */
  private YamlReader(String file, JsonTexts.Part part, int nodes) {
    this.file = file;
    this.part = part;
    this.nodes = nodes;
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setUseMarks(true)
            .setCodePointLimit(MAX_CHARS)
            // The library copies what it has of a value each time it reads on: let it read once.
            .setBufferSize(part.text().length() + 16)
            .build();
    this.events = new Parse(settings).parseString(part.text()).iterator();
  }

  /**
   * The documents of a text; empty ones are left out.
   *
   * @throws ManifestException at the first thing that is not YAML, or beyond a limit
   */
  static List<YamlNode> read(String file, String text) {
    if (text.length() > MAX_CHARS) {
      throw problem(file, new YamlNode.Mark(1, 1), "is larger than " + (MAX_CHARS >> 20) + " MiB");
    }
    List<YamlNode> documents = new ArrayList<>();
    int nodes = 0;
    for (JsonTexts.Part part : JsonTexts.split(JsonTabs.replaced(text))) {
      YamlReader reader = new YamlReader(file, part, nodes);
      documents.addAll(reader.read());
      nodes = reader.nodes;
    }
    return documents;
  }

  private List<YamlNode> read() {
    try {
      return documents();
    } catch (MarkedYamlEngineException e) {
      YamlNode.Mark mark = at(e.getProblemMark());
      String context = e.getContext() == null ? "" : e.getContext() + ": ";
      throw problem(file, mark, "is not YAML: " + context + e.getProblem());
    } catch (YamlEngineException e) {
      throw problem(file, at(Optional.empty()), "is not YAML: " + e.getMessage());
    }
  }

  /** A place of the part as a place of the file. */
  private YamlNode.Mark at(Optional<Mark> mark) {
    int line = mark.map(Mark::getLine).orElse(0);
    int column = mark.map(Mark::getColumn).orElse(0) + (line == 0 ? part.column() : 0);
    return new YamlNode.Mark(part.line() + line + 1, column + 1);
  }

  private List<YamlNode> documents() {
    List<YamlNode> documents = new ArrayList<>();
    while (events.hasNext()) {
      if (events.next() instanceof DocumentStartEvent) {
        anchors.clear();
        YamlNode node = node(events.next(), 0);
        if (!node.isNull()) {
          documents.add(node);
        }
      }
    }
    return documents;
  }

  private YamlNode node(Event event, int depth) {
    YamlNode.Mark mark = mark(event);
    if (depth > MAX_DEPTH) {
      throw problem(file, mark, "is nested more than " + MAX_DEPTH + " levels deep");
    }
    count(1, mark);
    int before = nodes;
    return switch (event) {
      case AliasEvent alias -> alias(alias, mark);
      case ScalarEvent scalar -> {
        refuseTag(scalar.getTag(), mark);
        boolean plain = isPlain(scalar);
        yield anchored(
            scalar.getAnchor().map(a -> a.getValue()),
            new YamlNode.Scalar(scalar.getValue(), plain, mark),
            before);
      }
      case CollectionStartEvent start -> {
        refuseTag(start.getTag(), mark);
        YamlNode node =
            start instanceof MappingStartEvent ? mapping(mark, depth) : sequence(mark, depth);
        yield anchored(start.getAnchor().map(a -> a.getValue()), node, before);
      }
      default -> throw problem(file, mark, "is not YAML: unexpected " + event.getEventId());
    };
  }

  /** A tag says what a value is, whether there are quotes or not. */
  private static boolean isPlain(ScalarEvent scalar) {
    return switch (scalar.getTag().orElse("")) {
      case "" -> scalar.getScalarStyle() == ScalarStyle.PLAIN;
      case "!", "tag:yaml.org,2002:str" -> false;
      default -> true;
    };
  }

  private YamlNode alias(AliasEvent alias, YamlNode.Mark mark) {
    String name = alias.getAlias().getValue();
    Anchored anchored = anchors.get(name);
    if (anchored == null) {
      throw problem(file, mark, "*" + name + " stands for nothing that is complete at this point");
    }
    count(anchored.nodes(), mark);
    return anchored.node();
  }

  private YamlNode anchored(Optional<String> anchor, YamlNode node, int before) {
    anchor.ifPresent(name -> anchors.put(name, new Anchored(node, nodes - before + 1)));
    return node;
  }

  private void count(int more, YamlNode.Mark mark) {
    nodes += more;
    if (nodes > MAX_NODES) {
      throw problem(file, mark, "has more than " + MAX_NODES + " values once aliases are replaced");
    }
  }

  private YamlNode sequence(YamlNode.Mark mark, int depth) {
    List<YamlNode> items = new ArrayList<>();
    for (Event e = events.next(); !(e instanceof SequenceEndEvent); e = events.next()) {
      items.add(node(e, depth + 1));
    }
    return new YamlNode.Sequence(items, mark);
  }

  private YamlNode mapping(YamlNode.Mark mark, int depth) {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    List<YamlNode> merged = new ArrayList<>();
    for (Event e = events.next(); !(e instanceof MappingEndEvent); e = events.next()) {
      YamlNode key = node(e, depth + 1);
      YamlNode value = node(events.next(), depth + 1);
      if (!(key instanceof YamlNode.Scalar scalar)) {
        throw problem(file, key.mark(), "a map's key must be a word");
      }
      if (scalar.plain() && scalar.text().equals("<<")) {
        merged.add(value);
      } else if (entries.containsKey(scalar.text())) {
        throw problem(file, key.mark(), "\"" + scalar.text() + "\" is given twice");
      } else {
        entries.put(scalar.text(), new YamlNode.Entry(scalar.text(), key.mark(), value));
      }
    }
    merged.forEach(node -> merge(entries, node));
    return new YamlNode.Mapping(List.copyOf(entries.values()), mark);
  }

  /** The merge key of YAML 1.1, which kubectl's readers know: own members win over merged ones. */
  private void merge(Map<String, YamlNode.Entry> entries, YamlNode node) {
    switch (node) {
      case YamlNode.Mapping map -> map.entries().forEach(e -> entries.putIfAbsent(e.key(), e));
      case YamlNode.Sequence list -> list.items().forEach(item -> merge(entries, item));
      case YamlNode.Scalar s -> throw problem(file, s.mark(), "<< must be followed by a map");
    }
  }

  private void refuseTag(Optional<String> tag, YamlNode.Mark mark) {
    boolean harmless =
        tag.isEmpty() || tag.get().equals("!") || tag.get().startsWith("tag:yaml.org,2002:");
    if (!harmless || isLanguageTag(tag.orElse(null))) {
      throw problem(file, mark, "the tag " + tag.orElse("") + " is not allowed");
    }
  }

  private static boolean isLanguageTag(@Nullable String tag) {
    if (tag == null || tag.equals("!")) {
      return false;
    }
    String name = tag.substring("tag:yaml.org,2002:".length());
    return switch (name) {
      case "str", "int", "float", "bool", "null", "map", "seq" -> false;
      default -> true;
    };
  }

  private YamlNode.Mark mark(Event event) {
    return at(event.getStartMark());
  }

  private static ManifestException problem(String file, YamlNode.Mark mark, String message) {
    return new ManifestException(List.of(new Problem(file, mark, "", message)));
  }
}
