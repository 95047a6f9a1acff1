package dev.capstan.ctl.manifest;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.Violation;
import dev.capstan.api.v1.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One object of a manifest.
 *
 * @param file it came from
 * @param kind of the object
 * @param object as written, namespace filled in
 * @param marks where each field was read, by path
 */
public record Manifest(String file, Kind kind, Message object, Map<String, YamlNode.Mark> marks) {

  private static final Pattern QUOTED_KEY = Pattern.compile("\\['([^']*)']");

  /** Its metadata. */
  public ObjectMeta metadata() {
    return kind.metadata(object);
  }

  /** The same with another object. */
  public Manifest with(Message changed) {
    return new Manifest(file, kind, changed, marks);
  }

  /** What the server says is wrong, with the place in the file. */
  public List<Problem> locate(List<Violation> violations) {
    return violations.stream().map(this::located).toList();
  }

  /** What requests carry beside the object, and where that was taken from. */
  private static String requestPath(String path) {
    return switch (path) {
      case "name" -> "metadata.name";
      case "namespace" -> "metadata.namespace";
      case "preconditions.uid" -> "metadata.uid";
      case "preconditions.resourceVersion" -> "metadata.resourceVersion";
      case "mergePatch" -> "";
      default -> path;
    };
  }

  private Problem located(Violation violation) {
    String path = requestPath(violation.path());
    return new Problem(file, place(path), path, violation.message());
  }

  /** The place of the field, or of the nearest field around it that is in the file. */
  private YamlNode.Mark place(String path) {
    // What was read of a patch names the keys of maps in quotes.
    String at = QUOTED_KEY.matcher(path).replaceAll("[$1]");
    while (!at.isEmpty()) {
      YamlNode.Mark mark = marks.get(at);
      if (mark != null) {
        return mark;
      }
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
    }
    return marks.getOrDefault("", new YamlNode.Mark(1, 1));
  }
}
