package dev.capstan.kinds;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.capstan.api.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Fields that this version does not know, because a newer server wrote them. Whoever reads an
 * object, changes it and writes it back keeps them, even if what it writes was made of JSON.
 *
 * <p>An item of a list is the same as before if it has the same name (or type, key, uid, path, …),
 * as in the lists of Kubernetes; where items have none of these, if it is in the same place of a
 * list as long as before.
 */
public final class UnknownFields {

  /** What tells the items of a list apart; the first that the item's type has. */
  private static final List<String> KEYS =
      List.of("name", "type", "uid", "mount_path", "key", "container_port", "ip");

  private UnknownFields() {}

  /** {@code fresh} with the unknown fields of {@code old} wherever it has none of that number. */
  public static Message keep(Message old, Message fresh) {
    Message.Builder result = fresh.toBuilder();
    UnknownFieldSet.Builder unknown = UnknownFieldSet.newBuilder(fresh.getUnknownFields());
    old.getUnknownFields()
        .asMap()
        .forEach((number, field) -> {
          if (!fresh.getUnknownFields().hasField(number)) {
            unknown.addField(number, field);
          }
        });
    result.setUnknownFields(unknown.build());
    fresh
        .getAllFields()
        .forEach((field, value) -> {
          if (isMessage(field) && field.isRepeated()) {
            keepItems(old, result, field, items(value));
          } else if (isMessage(field) && old.hasField(field)) {
            result.setField(field, keep((Message) old.getField(field), (Message) value));
          }
        });
    return result.build();
  }

  private static void keepItems(
      Message old, Message.Builder result, FieldDescriptor field, List<Message> fresh) {
    IntFunction<@Nullable Message> before = matches(field, items(old.getField(field)), fresh);
    for (int i = 0; i < fresh.size(); i++) {
      Message same = before.apply(i);
      if (same != null) {
        result.setRepeatedField(field, i, keep(same, fresh.get(i)));
      }
    }
  }

  /**
   * Unknown fields of {@code sent} that are not what {@code old} holds there: a client that is
   * newer than this server means something by them.
   *
   * @return the first few, with their paths
   */
  public static List<Violation> notOf(Message old, Message sent) {
    List<Violation> found = new ArrayList<>();
    collect(old, sent, "", found);
    return found;
  }

  private static void collect(
      @Nullable Message old, Message sent, String path, List<Violation> found) {
    sent.getUnknownFields()
        .asMap()
        .forEach((number, field) -> {
          if (old == null || !old.getUnknownFields().getField(number).equals(field)) {
            found.add(new Violation(path, "unknown field number " + number));
          }
        });
    for (Map.Entry<FieldDescriptor, Object> entry : sent.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (!isMessage(field)) {
        continue;
      }
      String here = path.isEmpty() ? field.getJsonName() : path + "." + field.getJsonName();
      if (!field.isRepeated()) {
        Message inner = old == null ? null : (Message) old.getField(field);
        collect(inner, (Message) entry.getValue(), here, found);
        continue;
      }
      List<Message> fresh = items(entry.getValue());
      IntFunction<@Nullable Message> before =
          matches(field, old == null ? List.of() : items(old.getField(field)), fresh);
      for (int i = 0; i < fresh.size(); i++) {
        collect(before.apply(i), fresh.get(i), here + "[" + i + "]", found);
      }
    }
  }

  private static boolean isMessage(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE && !field.isMapField();
  }

  @SuppressWarnings("unchecked") // What a repeated field of messages holds.
  private static List<Message> items(Object value) {
    return (List<Message>) value;
  }

  /** By the place in {@code fresh}: the item of {@code before} that this one was, or null. */
  private static IntFunction<@Nullable Message> matches(
      FieldDescriptor list, List<Message> before, List<Message> fresh) {
    FieldDescriptor key = key(list.getMessageType());
    if (key == null) {
      return i -> before.size() == fresh.size() ? before.get(i) : null;
    }
    Map<Object, Message> byKey = new LinkedHashMap<>();
    before.forEach(item -> byKey.putIfAbsent(item.getField(key), item));
    return i -> byKey.get(fresh.get(i).getField(key));
  }

  private static @Nullable FieldDescriptor key(Descriptor item) {
    for (String name : KEYS) {
      FieldDescriptor field = item.findFieldByName(name);
      if (field != null) {
        return field;
      }
    }
    return null;
  }
}
