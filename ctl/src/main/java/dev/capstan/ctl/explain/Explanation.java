package dev.capstan.ctl.explain;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.OptionsProto;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.text.Similar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A kind or one of its fields in words, laid out as kubectl does. */
public final class Explanation {

  private static final int WIDTH = 76;

  private final Comments comments = Comments.ofApi();
  private final Kind kind;
  private final StringBuilder out = new StringBuilder();

  private Explanation(Kind kind) {
    this.kind = kind;
  }

  /**
   * The text.
   *
   * @param path names of fields as manifests have them, outermost first; none for the kind itself
   * @param recursive all fields below, without descriptions
   * @throws CliException if there is no such field
   */
  public static String of(Kind kind, List<String> path, boolean recursive) {
    Explanation explanation = new Explanation(kind);
    explanation.explain(path, recursive);
    return explanation.out.toString();
  }

  private void explain(List<String> path, boolean recursive) {
    FieldDescriptor field = field(path);
    heading(field);
    out.append("DESCRIPTION:\n");
    @Nullable Descriptor type = field == null ? kind.descriptor() : fieldsOf(field);
    String description = field == null ? comments.of(kind.descriptor()) : describe(field);
    String ofType = field == null || type == null ? "" : comments.of(type);
    paragraphs(description.isEmpty() ? "<empty>" : description, "    ");
    if (!ofType.isEmpty() && !ofType.equals(description)) {
      paragraphs(ofType, "    ");
    }
    out.append('\n');
    if (type != null) {
      out.append("FIELDS:\n");
      if (recursive) {
        names(type, "  ", new HashSet<>());
      } else {
        described(type, field == null);
      }
    }
  }

  private @Nullable FieldDescriptor field(List<String> path) {
    @Nullable Descriptor type = kind.descriptor();
    @Nullable FieldDescriptor field = null;
    for (String name : path) {
      if (type == null) {
        throw CliException.error(
            "field \"" + name + "\" does not exist: \"" + jsonName(field) + "\" has no fields");
      }
      field = find(type, name);
      type = fieldsOf(field);
    }
    return field;
  }

  private static String jsonName(@Nullable FieldDescriptor field) {
    return field == null ? "" : field.getJsonName();
  }

  private static FieldDescriptor find(Descriptor type, String name) {
    List<String> names = type.getFields().stream().map(FieldDescriptor::getJsonName).toList();
    int index = names.indexOf(name);
    if (index < 0) {
      String meant = Similar.nearest(name, names);
      throw CliException.error(
          "field \""
              + name
              + "\" does not exist"
              + (meant == null ? "" : " (did you mean \"" + meant + "\"?)"));
    }
    return type.getFields().get(index);
  }

  private void heading(@Nullable FieldDescriptor field) {
    if (!kind.info().getGroup().isEmpty()) {
      out.append("GROUP:      ").append(kind.info().getGroup()).append('\n');
    }
    out.append("KIND:       ").append(kind.name()).append('\n');
    out.append("VERSION:    ").append(kind.info().getVersion()).append("\n\n");
    if (field != null) {
      out.append("FIELD: ").append(field.getJsonName()).append(' ').append(type(field));
      out.append("\n\n");
    }
  }

  private void described(Descriptor type, boolean topLevel) {
    if (topLevel) {
      member("apiVersion", "<string>", "Group and version of the kind: " + kind.apiVersion() + ".");
      member("kind", "<string>", "Always " + kind.name() + ".");
    }
    for (FieldDescriptor field : sorted(type)) {
      member(field.getJsonName(), type(field), describe(field));
    }
  }

  private void member(String name, String type, String description) {
    out.append("  ").append(name).append('\t').append(type).append('\n');
    paragraphs(description, "    ");
    out.append('\n');
  }

  /** Types that contain themselves are shown once. */
  private void names(Descriptor type, String indent, Set<Descriptor> above) {
    if (!above.add(type)) {
      return;
    }
    for (FieldDescriptor field : sorted(type)) {
      out.append(indent).append(field.getJsonName()).append('\t').append(type(field)).append('\n');
      Descriptor fields = fieldsOf(field);
      if (fields != null) {
        names(fields, indent + "  ", above);
      }
    }
    above.remove(type);
  }

  private static List<FieldDescriptor> sorted(Descriptor type) {
    List<FieldDescriptor> fields = new ArrayList<>(type.getFields());
    fields.sort((a, b) -> a.getJsonName().compareTo(b.getJsonName()));
    return fields;
  }

  private String describe(FieldDescriptor field) {
    StringBuilder words = new StringBuilder(comments.of(field));
    List<String> values = field.getOptions().getExtension(OptionsProto.oneOf);
    if (!values.isEmpty()) {
      words.append("\nOne of ").append(String.join(", ", values)).append('.');
    }
    boolean written = field.getOptions().getExtension(OptionsProto.system);
    if (written) {
      words.append("\nWritten by the system; what a manifest says here is ignored.");
    }
    if (field.getOptions().getExtension(OptionsProto.immutable)) {
      words.append("\nCannot be changed later.");
    }
    return words.toString().strip();
  }

  /** As kubectl writes types: {@code <[]Container>}, {@code <map[string]string>}. */
  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      FieldDescriptor value = field.getMessageType().findFieldByName("value");
      return "<map[string]" + single(value) + ">";
    }
    return (field.isRepeated() ? "<[]" : "<") + single(field) + ">";
  }

  private static String single(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT, LONG -> "integer";
      case FLOAT, DOUBLE -> "number";
      case BOOLEAN -> "boolean";
      case STRING, ENUM -> "string";
      case BYTE_STRING -> "base64";
      case MESSAGE -> message(field.getMessageType());
    };
  }

  private static String message(Descriptor type) {
    return type.equals(Timestamp.getDescriptor())
        ? "time"
        : type.equals(IntOrString.getDescriptor()) ? "IntOrString" : type.getName();
  }

  /** The type whose fields manifests write below this one; null if there are none. */
  private static @Nullable Descriptor fieldsOf(FieldDescriptor field) {
    FieldDescriptor value =
        field.isMapField() ? field.getMessageType().findFieldByName("value") : field;
    if (value.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return null;
    }
    Descriptor type = value.getMessageType();
    boolean plain =
        type.equals(Timestamp.getDescriptor()) || type.equals(IntOrString.getDescriptor());
    return plain ? null : type;
  }

  private void paragraphs(String text, String indent) {
    for (String paragraph : text.split("\n", -1)) {
      int column = 0;
      for (String word : paragraph.split(" ", -1)) {
        if (column > 0 && column + 1 + word.length() > WIDTH) {
          out.append('\n');
          column = 0;
        }
        out.append(column == 0 ? indent : " ").append(word);
        column += word.length() + 1;
      }
      out.append('\n');
    }
  }
}
