package dev.capstan.api.compatibility;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a published client would no longer understand, on the wire or in JSON, in a newer set of
 * descriptors. Additions are compatible; a field may go when its number and its name are reserved.
 * The rules are those that buf calls WIRE_JSON, and that services and methods stay.
 */
final class Incompatibilities {
  private final List<String> found = new ArrayList<>();

  private Incompatibilities() {}

  /** One line for each incompatible change, in the order of the published set; empty when none. */
  static List<String> between(FileDescriptorSet published, FileDescriptorSet now) {
    Incompatibilities all = new Incompatibilities();
    Map<String, DescriptorProto> messages = messages(now);
    messages(published).forEach((name, old) -> all.message(name, old, messages.get(name)));
    Map<String, ServiceDescriptorProto> services = services(now);
    services(published).forEach((name, old) -> all.service(name, old, services.get(name)));
    return all.found;
  }

  private void message(String name, DescriptorProto old, @Nullable DescriptorProto now) {
    if (now == null) {
      found.add(name + ": the message is gone");
      return;
    }
    for (FieldDescriptorProto field : old.getFieldList()) {
      field(name + "." + field.getName(), old, field, now);
    }
  }

  private void field(
      String path, DescriptorProto oldOwner, FieldDescriptorProto old, DescriptorProto owner) {
    FieldDescriptorProto now = withNumber(owner, old.getNumber());
    if (now == null) {
      if (!reserved(owner, old)) {
        found.add(path + ": removed without reserving its number and its name");
      }
      return;
    }
    same(path, "name", old.getName(), now.getName());
    same(path, "JSON name", old.getJsonName(), now.getJsonName());
    same(path, "type", type(old), type(now));
    same(path, "label", old.getLabel(), now.getLabel());
    same(path, "presence", old.getProto3Optional(), now.getProto3Optional());
    same(path, "oneof", oneof(oldOwner, old), oneof(owner, now));
  }

  private void service(
      String name, ServiceDescriptorProto old, @Nullable ServiceDescriptorProto now) {
    if (now == null) {
      found.add(name + ": the service is gone");
      return;
    }
    Map<String, MethodDescriptorProto> methods = new LinkedHashMap<>();
    now.getMethodList().forEach(method -> methods.put(method.getName(), method));
    for (MethodDescriptorProto method : old.getMethodList()) {
      String path = name + "/" + method.getName();
      MethodDescriptorProto left = methods.get(method.getName());
      if (left == null) {
        found.add(path + ": the method is gone");
      } else {
        same(path, "signature", signature(method), signature(left));
      }
    }
  }

  private void same(String path, String what, Object old, Object now) {
    if (!Objects.equals(old, now)) {
      found.add(path + ": " + what + " changed from " + old + " to " + now);
    }
  }

  private static boolean reserved(DescriptorProto owner, FieldDescriptorProto field) {
    boolean number =
        owner.getReservedRangeList().stream()
            .anyMatch(r -> r.getStart() <= field.getNumber() && field.getNumber() < r.getEnd());
    return number && owner.getReservedNameList().contains(field.getName());
  }

  private static @Nullable FieldDescriptorProto withNumber(DescriptorProto owner, int number) {
    return owner.getFieldList().stream()
        .filter(field -> field.getNumber() == number)
        .findFirst()
        .orElse(null);
  }

  private static String type(FieldDescriptorProto field) {
    return field.getTypeName().isEmpty() ? field.getType().name() : field.getTypeName();
  }

  private static String oneof(DescriptorProto owner, FieldDescriptorProto field) {
    boolean real = field.hasOneofIndex() && !field.getProto3Optional();
    return real ? owner.getOneofDecl(field.getOneofIndex()).getName() : "none";
  }

  private static String signature(MethodDescriptorProto method) {
    return (method.getClientStreaming() ? "stream " : "")
        + method.getInputType()
        + " → "
        + (method.getServerStreaming() ? "stream " : "")
        + method.getOutputType();
  }

  private static Map<String, DescriptorProto> messages(FileDescriptorSet set) {
    Map<String, DescriptorProto> all = new LinkedHashMap<>();
    for (FileDescriptorProto file : ours(set)) {
      nested(file.getPackage(), file.getMessageTypeList(), all);
    }
    return all;
  }

  private static void nested(
      String scope, List<DescriptorProto> messages, Map<String, DescriptorProto> all) {
    for (DescriptorProto message : messages) {
      String name = scope + "." + message.getName();
      all.put(name, message);
      nested(name, message.getNestedTypeList(), all);
    }
  }

  private static Map<String, ServiceDescriptorProto> services(FileDescriptorSet set) {
    Map<String, ServiceDescriptorProto> all = new LinkedHashMap<>();
    for (FileDescriptorProto file : ours(set)) {
      file.getServiceList()
          .forEach(service -> all.put(file.getPackage() + "." + service.getName(), service));
    }
    return all;
  }

  private static List<FileDescriptorProto> ours(FileDescriptorSet set) {
    return set.getFileList().stream()
        .filter(file -> file.getPackage().startsWith("capstan."))
        .toList();
  }
}
