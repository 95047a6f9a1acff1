package dev.capstan.ctl.manifest;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.Violation;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.ctl.text.Similar;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the objects of a file: YAML or JSON, several documents, lists. All that is wrong is
 * reported together.
 */
public final class ManifestReader {

  /** Largest file, in bytes. */
  public static final int MAX_BYTES = YamlReader.MAX_CHARS;

  /**
   * Above the server's limit for objects, whose words are better, and below its limit for requests.
   */
  private static final int MAX_OBJECT = 3 << 20;

  private final KindRegistry kinds;
  private final String namespace;
  private final boolean namespaceForced;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Manifest> manifests = new ArrayList<>();

  /**
   * A reader.
   *
   * @param namespace of objects that name none
   * @param namespaceForced true if the user named it: then objects may not name another
   */
  public ManifestReader(KindRegistry kinds, String namespace, boolean namespaceForced) {
    this.kinds = kinds;
    this.namespace = namespace;
    this.namespaceForced = namespaceForced;
  }

  /** Adds the objects of a file. */
  public void read(String file, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      String limit = "is larger than " + (MAX_BYTES >> 20) + " MiB";
      problems.add(new Problem(file, new YamlNode.Mark(1, 1), "", limit));
      return;
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      problems.add(new Problem(file, broken(bytes), "", "is not UTF-8 text"));
      return;
    }
    try {
      for (YamlNode node :
          YamlReader.read(file, text.startsWith("\ufeff") ? text.substring(1) : text)) {
        document(file, node);
      }
    } catch (ManifestException e) {
      problems.addAll(e.problems());
    }
  }

  /**
   * The objects of all files read.
   *
   * @throws ManifestException with everything that is wrong in any of them
   */
  public List<Manifest> manifests() {
    if (!problems.isEmpty()) {
      throw new ManifestException(problems);
    }
    return List.copyOf(manifests);
  }

  private void document(String file, YamlNode node) {
    if (!(node instanceof YamlNode.Mapping map)) {
      problems.add(
          new Problem(file, node.mark(), "", "must be an object with apiVersion and kind"));
      return;
    }
    String kind = YamlNode.text(map, "kind");
    boolean list = kind.equals("List") || (kind.endsWith("List") && kinds.byName(kind).isEmpty());
    for (YamlNode.Entry entry : map.entries()) {
      if (list && entry.key().equals("items") && entry.value() instanceof YamlNode.Sequence items) {
        items.items().forEach(item -> document(file, item));
        return;
      }
    }
    object(file, map, kind);
  }

  private void object(String file, YamlNode.Mapping map, String name) {
    String apiVersion = YamlNode.text(map, "apiVersion");
    Optional<Kind> found = kinds.byApiVersion(apiVersion, name);
    if (found.isEmpty()) {
      unknownKind(file, map, apiVersion, name);
      return;
    }
    Kind kind = found.get();
    ObjectWalker walker = new ObjectWalker(file, problems);
    int before = problems.size();
    Message object = walker.object(kind.prototype(), map);
    Manifest manifest = new Manifest(file, kind, object, walker.marks());
    if (object.getSerializedSize() > MAX_OBJECT) {
      String size = "is too large: an object may have at most 1 MiB";
      problems.addAll(manifest.locate(List.of(new Violation("", size))));
    } else if (before == problems.size()) {
      named(manifest);
    }
  }

  private void named(Manifest manifest) {
    ObjectMeta meta = manifest.metadata();
    boolean nameless = meta.getName().isEmpty() && meta.getGenerateName().isEmpty();
    if (nameless) {
      problems.addAll(manifest.locate(List.of(new Violation("metadata.name", "is required"))));
      return;
    }
    ObjectMeta.Builder placed = meta.toBuilder();
    if (!manifest.kind().namespaced()) {
      placed.clearNamespace();
    } else if (meta.getNamespace().isEmpty()) {
      placed.setNamespace(namespace);
    } else if (namespaceForced && !meta.getNamespace().equals(namespace)) {
      problems.addAll(
          manifest.locate(
              List.of(
                  new Violation("metadata.namespace", "does not match --namespace=" + namespace))));
      return;
    }
    manifests.add(manifest.with(manifest.kind().withMetadata(manifest.object(), placed.build())));
  }

  private void unknownKind(String file, YamlNode.Mapping map, String apiVersion, String name) {
    String path = name.isEmpty() || (kinds.byName(name).isPresent()) ? "apiVersion" : "kind";
    String field = name.isEmpty() ? "kind" : path;
    problems.add(new Problem(file, mark(map, field), field, complaint(map, apiVersion, name)));
  }

  private String complaint(YamlNode.Mapping map, String apiVersion, String name) {
    Optional<Kind> sameName = kinds.byName(name);
    if (name.isEmpty()) {
      return map.entries().isEmpty() ? "is empty" : "is required, such as kind: Deployment";
    }
    if (sameName.isPresent()) {
      return "must be "
          + sameName.get().apiVersion()
          + " for a "
          + name
          + ", not \""
          + apiVersion
          + "\"";
    }
    if (KubernetesFields.isKind(name)) {
      return "the Kubernetes kind " + name + " is not in this version of capstan";
    }
    String meant = Similar.nearest(name, kinds.kinds().stream().map(Kind::name).toList());
    return "unknown kind \""
        + name
        + "\""
        + (meant == null ? "" : " (did you mean \"" + meant + "\"?)");
  }

  private static YamlNode.Mark mark(YamlNode.Mapping map, String key) {
    for (YamlNode.Entry entry : map.entries()) {
      if (entry.key().equals(key)) {
        return entry.value().mark();
      }
    }
    return map.mark();
  }

  /** Line and column (in bytes) of the first byte that is not UTF-8. */
  private static YamlNode.Mark broken(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    StandardCharsets.UTF_8
        .newDecoder()
        .decode(in, java.nio.CharBuffer.allocate(bytes.length + 1), true);
    int line = 1;
    int column = 1;
    for (int i = 0; i < in.position(); i++) {
      column = bytes[i] == '\n' ? 1 : column + 1;
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return new YamlNode.Mark(line, column);
  }
}
