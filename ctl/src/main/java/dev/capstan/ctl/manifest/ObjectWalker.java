package dev.capstan.ctl.manifest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.capstan.api.Violation;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.OptionsProto;
import dev.capstan.ctl.text.Similar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks a document along its message's descriptor. Nothing is dropped in silence but what the
 * system writes itself ({@code status}, {@code creationTimestamp}, …) and the defaults kubectl
 * prints.
 */
final class ObjectWalker {

  private final String file;
  private final List<Problem> problems;
  private final Map<String, YamlNode.Mark> marks = new LinkedHashMap<>();

  ObjectWalker(String file, List<Problem> problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Where each field of the object was read, by its path as violations have it. */
  Map<String, YamlNode.Mark> marks() {
    return marks;
  }

  /** Reads the members of an object other than apiVersion and kind. */
  Message object(Message prototype, YamlNode.Mapping document) {
    Message.Builder builder = prototype.newBuilderForType();
    marks.put("", document.mark());
    for (YamlNode.Entry entry : document.entries()) {
      if (!entry.key().equals("apiVersion") && !entry.key().equals("kind")) {
        member(builder, entry, "");
      }
    }
    return builder.build();
  }

  private void fields(Message.Builder builder, YamlNode.Mapping map, String path) {
    for (YamlNode.Entry entry : map.entries()) {
      member(builder, entry, path);
    }
  }

  private void member(Message.Builder builder, YamlNode.Entry entry, String parent) {
    String path = parent.isEmpty() ? entry.key() : parent + "." + entry.key();
    FieldDescriptor field = byJsonName(builder.getDescriptorForType(), entry.key());
    if (field == null) {
      unknown(builder.getDescriptorForType(), entry, path);
      return;
    }
    marks.put(path, entry.value().mark());
    boolean version = field.getName().equals("resource_version") || field.getName().equals("uid");
    boolean written = field.getOptions().getExtension(OptionsProto.system) && !version;
    if (!written && !entry.value().isNull()) {
      value(builder, field, entry.value(), path);
    }
  }

  private static @Nullable FieldDescriptor byJsonName(Descriptor type, String name) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.getJsonName().equals(name)) {
        return field;
      }
    }
    return null;
  }

  private void unknown(Descriptor type, YamlNode.Entry entry, String path) {
    String harmless = KubernetesFields.harmless(type.getName(), entry.key());
    if (harmless == null) {
      List<String> names = type.getFields().stream().map(FieldDescriptor::getJsonName).toList();
      String meant = Similar.nearest(entry.key(), names);
      String hint = meant == null ? "" : " (did you mean \"" + meant + "\"?)";
      problem(entry.keyMark(), path, "unknown field \"" + entry.key() + "\"" + hint);
    } else if (!Harmless.is(entry.value(), harmless)) {
      problem(
          entry.keyMark(),
          path,
          "the Kubernetes field \""
              + entry.key()
              + "\" is not supported by this version of capstan");
    }
  }

  private void value(Message.Builder builder, FieldDescriptor field, YamlNode node, String path) {
    if (field.isMapField()) {
      map(builder, field, node, path);
    } else if (field.isRepeated()) {
      list(builder, field, node, path);
    } else {
      Object value = single(builder, field, node, path, false);
      if (value != null) {
        builder.setField(field, value);
      }
    }
  }

  private void list(Message.Builder builder, FieldDescriptor field, YamlNode node, String path) {
    if (!(node instanceof YamlNode.Sequence list)) {
      problem(node.mark(), path, "must be a list: start each item with \"- \"");
      return;
    }
    int i = 0;
    for (YamlNode item : list.items()) {
      String itemPath = path + "[" + i++ + "]";
      marks.put(itemPath, item.mark());
      Object value = single(builder, field, item, itemPath, false);
      if (value != null) {
        builder.addRepeatedField(field, value);
      }
    }
  }

  private void map(Message.Builder builder, FieldDescriptor field, YamlNode node, String path) {
    if (!(node instanceof YamlNode.Mapping map)) {
      problem(node.mark(), path, "must be a map of keys and values");
      return;
    }
    FieldDescriptor keyField = field.getMessageType().findFieldByName("key");
    FieldDescriptor valueField = field.getMessageType().findFieldByName("value");
    boolean quantity = field.getOptions().getExtension(OptionsProto.quantity);
    for (YamlNode.Entry entry : map.entries()) {
      String entryPath = path + "['" + entry.key() + "']";
      marks.put(path + Violation.step(entry.key()), entry.value().mark());
      Message.Builder pair = builder.newBuilderForField(field).setField(keyField, entry.key());
      Object value = single(pair, valueField, entry.value(), entryPath, quantity);
      if (value != null) {
        builder.addRepeatedField(field, pair.setField(valueField, value).build());
      }
    }
  }

  private @Nullable Object single(
      Message.Builder parent, FieldDescriptor field, YamlNode node, String path, boolean quantity) {
    boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    Message.Builder nested = message ? parent.newBuilderForField(field) : null;
    boolean scalarMessage =
        nested instanceof Timestamp.Builder || nested instanceof IntOrString.Builder;
    if (nested != null && !scalarMessage) {
      return nested(nested, node, path);
    }
    if (!(node instanceof YamlNode.Scalar scalar)) {
      String what = node instanceof YamlNode.Sequence ? "a list" : "a map";
      problem(node.mark(), path, "must be a single value, not " + what);
      return null;
    }
    try {
      return scalar(field, nested, scalar, quantity);
    } catch (Scalars.WrongValue e) {
      problem(node.mark(), path, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private @Nullable Object nested(Message.Builder nested, YamlNode node, String path) {
    if (!(node instanceof YamlNode.Mapping map)) {
      if (!node.isNull()) {
        problem(node.mark(), path, "must be a map of fields");
        return null;
      }
      return nested.build();
    }
    fields(nested, map, path);
    return nested.build();
  }

  private static Object scalar(
      FieldDescriptor field, Message.@Nullable Builder nested, YamlNode.Scalar s, boolean quantity)
      throws Scalars.WrongValue {
    return switch (field.getJavaType()) {
      case INT -> (int) Scalars.whole(s, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> Scalars.whole(s, Long.MIN_VALUE, Long.MAX_VALUE);
      case BOOLEAN -> Scalars.bool(s);
      case STRING -> quantity ? Scalars.quantity(s) : word(field, s);
      case BYTE_STRING -> Scalars.bytes(s);
      case MESSAGE ->
          nested instanceof Timestamp.Builder ? Scalars.time(s) : Scalars.intOrString(s);
      case FLOAT, DOUBLE, ENUM ->
          throw new IllegalStateException(field.getFullName() + " has a type no API field has");
    };
  }

  private static String word(FieldDescriptor field, YamlNode.Scalar s) throws Scalars.WrongValue {
    String text = s.isNull() ? "" : Scalars.text(s);
    List<String> words = field.getOptions().getExtension(OptionsProto.oneOf);
    if (words.isEmpty() || words.contains(text) || text.isEmpty()) {
      return text;
    }
    String meant = Similar.nearest(text, words);
    throw new Scalars.WrongValue(
        "must be one of "
            + String.join(", ", words)
            + ", not \""
            + text
            + "\""
            + (meant == null ? "" : " (did you mean \"" + meant + "\"?)"));
  }

  private void problem(YamlNode.Mark mark, String path, String message) {
    problems.add(new Problem(file, mark, path, message));
  }

  /** Values that change nothing. */
  static final class Harmless {
    private Harmless() {}

    /** True for empty values, and for those the table of fields allows. */
    static boolean is(YamlNode node, String allowed) {
      if (node.isNull() || allowed.equals("*")) {
        return true;
      }
      return switch (node) {
        case YamlNode.Mapping map -> map.entries().isEmpty();
        case YamlNode.Sequence list -> list.items().stream().allMatch(i -> named(i, allowed));
        case YamlNode.Scalar s ->
            s.text().isEmpty()
                || (s.plain() && s.text().equals("false"))
                || List.of(allowed.split("\\|")).contains(s.text());
      };
    }

    private static boolean named(YamlNode item, String prefix) {
      return !prefix.isEmpty()
          && item instanceof YamlNode.Mapping map
          && YamlNode.text(map, "name").startsWith(prefix);
    }
  }
}
