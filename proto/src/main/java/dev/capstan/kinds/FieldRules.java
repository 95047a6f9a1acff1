package dev.capstan.kinds;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import dev.capstan.api.Quantity;
import dev.capstan.api.v1.OptionsProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules that the options of fields state (one_of, quantity, immutable, system), compiled once
 * per message type.
 */
final class FieldRules {

  /** One field that carries an option, or leads to fields that do. */
  private record Rule(
      FieldDescriptor field,
      List<String> words,
      boolean quantity,
      boolean immutable,
      boolean system,
      @Nullable FieldRules nested) {}

  private final List<Rule> rules = new ArrayList<>();

  private FieldRules() {}

  /** The rules of a message type and everything in it. */
  static FieldRules of(Descriptor type) {
    return compile(type, new LinkedHashMap<>());
  }

  private static FieldRules compile(Descriptor type, Map<String, FieldRules> done) {
    FieldRules known = done.get(type.getFullName());
    if (known != null) {
      return known;
    }
    FieldRules result = new FieldRules();
    done.put(type.getFullName(), result);
    for (FieldDescriptor field : type.getFields()) {
      Rule rule = rule(field, done);
      boolean says = rule.quantity || rule.immutable || rule.system || !rule.words.isEmpty();
      if (says || (rule.nested != null && !rule.nested.rules.isEmpty())) {
        result.rules.add(rule);
      }
    }
    return result;
  }

  private static Rule rule(FieldDescriptor field, Map<String, FieldRules> done) {
    boolean message = field.getJavaType() == JavaType.MESSAGE && !field.isMapField();
    return new Rule(
        field,
        List.copyOf(field.getOptions().getExtension(OptionsProto.oneOf)),
        field.getOptions().getExtension(OptionsProto.quantity),
        field.getOptions().getExtension(OptionsProto.immutable),
        field.getOptions().getExtension(OptionsProto.system),
        message ? compile(field.getMessageType(), done) : null);
  }

  /** Reports words outside their list and quantities that are none. */
  void validate(Message message, Violations at) {
    for (Rule rule : rules) {
      Violations here = at.at(rule.field.getJsonName());
      if (rule.quantity) {
        quantities(rule.field, message, here);
      } else if (!rule.words.isEmpty()) {
        words(rule, (String) message.getField(rule.field), here);
      } else if (rule.nested != null) {
        nested(rule, rule.nested, message, here);
      }
    }
  }

  private static void nested(Rule rule, FieldRules nested, Message message, Violations here) {
    if (rule.field.isRepeated()) {
      int count = message.getRepeatedFieldCount(rule.field);
      for (int i = 0; i < count; i++) {
        nested.validate((Message) message.getRepeatedField(rule.field, i), here.at(i));
      }
    } else if (message.hasField(rule.field)) {
      nested.validate((Message) message.getField(rule.field), here);
    }
  }

  private static void words(Rule rule, String value, Violations here) {
    here.check(
        value.isEmpty() || rule.words.contains(value),
        "must be one of " + String.join(", ", rule.words) + ", not " + Violations.quote(value));
  }

  private static void quantities(FieldDescriptor field, Message message, Violations here) {
    FieldDescriptor key = field.getMessageType().findFieldByName("key");
    FieldDescriptor value = field.getMessageType().findFieldByName("value");
    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
      Message entry = (Message) message.getRepeatedField(field, i);
      quantity((String) entry.getField(value), here.key((String) entry.getField(key)));
    }
  }

  private static void quantity(String text, Violations here) {
    try {
      here.check(
          Quantity.parse(text).compareTo(Quantity.ZERO) >= 0,
          "must be >= 0, not " + Violations.quote(text));
    } catch (IllegalArgumentException e) {
      here.add("must be a quantity such as 500m, 2 or 64Mi, not " + Violations.quote(text));
    }
  }

  /** Reports immutable fields that differ. */
  void unchanged(Message old, Message fresh, Violations at) {
    for (Rule rule : rules) {
      Violations here = at.at(rule.field.getJsonName());
      if (rule.immutable) {
        here.check(old.getField(rule.field).equals(fresh.getField(rule.field)), "is immutable");
      } else if (rule.nested != null && !rule.system && !rule.field.isRepeated()) {
        rule.nested.unchanged(
            (Message) old.getField(rule.field), (Message) fresh.getField(rule.field), here);
      }
    }
  }

  /** The message without what only the system writes. */
  Message withoutSystem(Message message) {
    return withSystemOf(message.getDefaultInstanceForType(), message);
  }

  /** {@code fresh} with everything that only the system writes taken from {@code old}. */
  Message withSystemOf(Message old, Message fresh) {
    Message.Builder result = fresh.toBuilder();
    for (Rule rule : rules) {
      FieldDescriptor field = rule.field;
      if (rule.system) {
        copy(old, field, result);
      } else if (rule.nested != null && !field.isRepeated()) {
        Message inner =
            rule.nested.withSystemOf(
                (Message) old.getField(field), (Message) fresh.getField(field));
        set(result, field, inner, fresh.hasField(field));
      }
    }
    return result.build();
  }

  /** Sets a message that says something; an empty one only if it was there. */
  private static void set(
      Message.Builder result, FieldDescriptor field, Message inner, boolean there) {
    if (there || !inner.equals(inner.getDefaultInstanceForType())) {
      result.setField(field, inner);
    }
  }

  private static void copy(Message old, FieldDescriptor field, Message.Builder result) {
    boolean there = field.isRepeated() ? old.getRepeatedFieldCount(field) > 0 : old.hasField(field);
    if (there || (!field.hasPresence() && !field.isRepeated())) {
      result.setField(field, old.getField(field));
    } else {
      result.clearField(field);
    }
  }
}
