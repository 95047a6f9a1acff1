package dev.capstan.apiserver.cache;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The fields that field selectors may name. */
public final class Fields {

  /** Path of the field by which pods are indexed. */
  public static final String NODE_NAME = "spec.nodeName";

  /** Of every kind; read off the object's identity. */
  static final List<String> COMMON = List.of("metadata.name", "metadata.namespace");

  private static final Map<String, List<String>> OF_KIND =
      Map.of(
          "Pod",
          List.of(NODE_NAME, "status.phase"),
          "Event",
          List.of(
              "involvedObject.uid",
              "involvedObject.name",
              "involvedObject.kind",
              "involvedObject.namespace",
              "involvedObject.apiVersion",
              "involvedObject.fieldPath",
              "involvedObject.resourceVersion",
              "reason",
              "type"));

  private Fields() {}

  /** Paths beyond those of every kind. */
  static List<String> own(Kind kind) {
    return OF_KIND.getOrDefault(kind.name(), List.of());
  }

  /** True if objects of this kind can be selected by this field. */
  public static boolean selectable(Kind kind, String path) {
    return COMMON.contains(path) || own(kind).contains(path);
  }

  /** All paths a selector of this kind may name, for messages. */
  public static List<String> selectable(Kind kind) {
    return Stream.concat(COMMON.stream(), own(kind).stream()).toList();
  }

  /** The text at a path of JSON names; empty if unset. */
  static String read(Message object, String path) {
    Message at = object;
    String[] parts = path.split("\\.", -1);
    for (int i = 0; i < parts.length - 1; i++) {
      at = (Message) at.getField(field(at, parts[i]));
    }
    return at.getField(field(at, parts[parts.length - 1])).toString();
  }

  private static FieldDescriptor field(Message message, String jsonName) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.getJsonName().equals(jsonName)) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        message.getDescriptorForType().getName() + " has no field " + jsonName);
  }
}
