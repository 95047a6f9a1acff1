package dev.capstan.api;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.capstan.api.v1.OptionsProto;
import java.util.List;
import java.util.Map;

/**
 * What counts of a message when it is hashed, or compared with one that another version of Capstan
 * wrote: the fields that this version knows, without those that have the value which the server
 * gives them anyway ({@code (added_default)}). A field that is new, or newly defaulted, changes
 * nothing.
 */
public final class NamedInputs {

  private NamedInputs() {}

  /** The message without what does not count. */
  @SuppressWarnings("unchecked") // A message's builder builds messages of its type.
  public static <M extends Message> M of(M message) {
    return (M) cut(message);
  }

  private static Message cut(Message message) {
    Message.Builder result =
        message.toBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance());
    for (Map.Entry<FieldDescriptor, Object> each : message.getAllFields().entrySet()) {
      FieldDescriptor field = each.getKey();
      if (isAddedDefault(field, each.getValue())) {
        result.clearField(field);
      } else if (field.getJavaType() == JavaType.MESSAGE && !field.isMapField()) {
        cut(result, field, each.getValue());
      }
    }
    return result.build();
  }

  private static boolean isAddedDefault(FieldDescriptor field, Object value) {
    return field.getOptions().hasExtension(OptionsProto.addedDefault)
        && field.getOptions().getExtension(OptionsProto.addedDefault).equals(value.toString());
  }

  private static void cut(Message.Builder result, FieldDescriptor field, Object value) {
    if (field.isRepeated()) {
      List<?> items = (List<?>) value;
      for (int i = 0; i < items.size(); i++) {
        result.setRepeatedField(field, i, cut((Message) items.get(i)));
      }
      return;
    }
    Message inner = cut((Message) value);
    // A message that was made to hold a default goes with it; one that was empty stays.
    if (isEmptyAndShownAnyway(field, inner) || (isEmpty(inner) && !isEmpty((Message) value))) {
      result.clearField(field);
    } else {
      result.setField(field, inner);
    }
  }

  /** Whether the value is an empty message where an empty one means as much as none. */
  static boolean isEmptyAndShownAnyway(FieldDescriptor field, Object value) {
    return value instanceof Message message
        && isEmpty(message)
        && field.getOptions().getExtension(OptionsProto.alwaysPrinted);
  }

  private static boolean isEmpty(Message message) {
    return message.equals(message.getDefaultInstanceForType());
  }
}
