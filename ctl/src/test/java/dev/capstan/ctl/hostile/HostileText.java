package dev.capstan.ctl.hostile;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;

/** What does something to a terminal, or to who reads it there. */
final class HostileText {

  /**
   * Clears the screen; sets the title and the clipboard; rings; goes back and overwrites; and turns
   * the direction of what follows. The eighth bit makes an introducer of 9b.
   */
  static final String TEXT =
      "x\u001b[2J\u001b]0;title\u0007\u001b]52;c;ZXZpbA==\u0007\u009b31m\r\b\u0000\u007f"
          + "\u202e\u2066\u200f\u061c\u2028\n\tz";

  private static final int DEEPEST = 12;

  private HostileText() {}

  /** A message with this in every text, and with a name. */
  static Message message(Descriptor type, String name) {
    return message(type, name, 0);
  }

  private static Message message(Descriptor type, String name, int depth) {
    if (type.equals(Timestamp.getDescriptor())) {
      return Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(-1).build();
    }
    DynamicMessage.Builder b = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean endless =
          field.getName().equals("continue_token") || field.getName().equals("continue");
      boolean deep = depth >= DEEPEST && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (endless || deep) {
        continue;
      }
      Object value = value(field, name, depth);
      if (field.isRepeated()) {
        b.addRepeatedField(field, value);
      } else {
        b.setField(field, value);
      }
    }
    return b.build();
  }

  private static Object value(FieldDescriptor field, String name, int depth) {
    boolean named = field.getFullName().equals("capstan.v1.ObjectMeta.name");
    return switch (field.getJavaType()) {
      case STRING -> named ? name : TEXT;
      case BYTE_STRING -> ByteString.copyFromUtf8(TEXT);
      case INT -> 7;
      case LONG -> 7L;
      case FLOAT -> 7f;
      case DOUBLE -> 7d;
      case BOOLEAN -> true;
      case ENUM -> field.getEnumType().getValues().getFirst();
      case MESSAGE -> message(field.getMessageType(), name, depth + 1);
    };
  }
}
