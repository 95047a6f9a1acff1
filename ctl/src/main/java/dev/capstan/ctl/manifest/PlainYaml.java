package dev.capstan.ctl.manifest;

import dev.capstan.ctl.text.Similar;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A small YAML file of texts and lists of maps, such as the configuration; unknown keys are errors.
 */
public final class PlainYaml {

  private final String file;
  private final YamlNode.Mapping map;

  private PlainYaml(String file, YamlNode.Mapping map, List<String> keys) {
    this.file = file;
    this.map = map;
    for (YamlNode.Entry entry : map.entries()) {
      if (!keys.contains(entry.key())) {
        String meant = Similar.nearest(entry.key(), keys);
        String hint = meant == null ? "" : " (did you mean \"" + meant + "\"?)";
        throw wrong(entry.keyMark(), entry.key(), "unknown field" + hint);
      }
    }
  }

  /**
   * Reads a file with these keys at its top; an empty file has none of them.
   *
   * @throws ManifestException saying where it is wrong
   */
  public static PlainYaml read(String file, byte[] bytes, List<String> keys) {
    List<YamlNode> documents = YamlReader.read(file, new String(bytes, StandardCharsets.UTF_8));
    if (documents.isEmpty()) {
      return new PlainYaml(file, new YamlNode.Mapping(List.of(), new YamlNode.Mark(1, 1)), keys);
    }
    if (documents.getFirst() instanceof YamlNode.Mapping map) {
      return new PlainYaml(file, map, keys);
    }
    Problem problem = new Problem(file, documents.getFirst().mark(), "", "must be a map");
    throw new ManifestException(List.of(problem));
  }

  /** A text; empty if absent. */
  public String text(String key) {
    for (YamlNode.Entry entry : map.entries()) {
      if (entry.key().equals(key)) {
        if (entry.value() instanceof YamlNode.Scalar s) {
          return s.isNull() ? "" : s.text();
        }
        throw wrong(entry.value().mark(), key, "must be text");
      }
    }
    return "";
  }

  /** A list of maps with these keys; empty if absent. */
  public List<PlainYaml> list(String key, List<String> keys) {
    List<PlainYaml> items = new ArrayList<>();
    for (YamlNode.Entry entry : map.entries()) {
      if (entry.key().equals(key) && !entry.value().isNull()) {
        if (!(entry.value() instanceof YamlNode.Sequence list)) {
          throw wrong(entry.value().mark(), key, "must be a list");
        }
        for (YamlNode item : list.items()) {
          if (!(item instanceof YamlNode.Mapping itemMap)) {
            throw wrong(item.mark(), key, "must be a list of maps");
          }
          items.add(new PlainYaml(file, itemMap, keys));
        }
      }
    }
    return List.copyOf(items);
  }

  private ManifestException wrong(YamlNode.Mark mark, String key, String message) {
    return new ManifestException(List.of(new Problem(file, mark, key, message)));
  }
}
