package dev.capstan.e2e.sim;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.ResourceVersions;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.ValueCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says in a line what a change of the store is. */
final class Describer {

  private static final int DIFFERENCES_AT_MOST = 6;
  private static final int LONGEST_VALUE = 60;

  private final KindRegistry kinds;
  private final ValueCodec codec;

  Describer(KindRegistry kinds, ValueCodec codec) {
    this.kinds = kinds;
    this.codec = codec;
  }

  /**
   * Empty for what tells nothing: heartbeats, events, the API server's own keys.
   *
   * @param was what was stored before, or null
   */
  String describe(KvStore.Change change, KvStore.@Nullable Entry was) {
    String[] path = change.key().split("/");
    Kind kind = path.length < 5 ? null : kind(path[3]);
    if (kind == null || kind.name().equals("Event") || kind.name().equals("Lease")) {
      return "";
    }
    String name = change.key().substring("/capstan/v1/".length());
    return switch (change) {
      case KvStore.Change.Put(KvStore.Entry now) ->
          was == null
              ? "creates " + name + " " + core(parse(kind, now.value()))
              : "changes " + name + ": " + differences(kind, was, now);
      case KvStore.Change.Delete ignored -> "deletes " + name;
    };
  }

  private @Nullable Kind kind(String plural) {
    for (Kind kind : kinds.kinds()) {
      if (kind.plural().equals(plural)) {
        return kind;
      }
    }
    return null;
  }

  private Message parse(Kind kind, byte[] value) {
    try {
      return kind.prototype().getParserForType().parseFrom(codec.decode("", value).payload());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String core(Message object) {
    Object meta = field(object, "metadata");
    return meta instanceof Message m ? "uid " + field(m, "uid") : "";
  }

  private static @Nullable Object field(Message message, String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    return field == null ? null : message.getField(field);
  }

  private String differences(Kind kind, KvStore.Entry was, KvStore.Entry now) {
    List<String> found = new ArrayList<>();
    compare("", parse(kind, was.value()), parse(kind, now.value()), found);
    return found.isEmpty() ? "nothing" : String.join(", ", found);
  }

  private static void compare(String path, Message was, Message now, List<String> found) {
    for (FieldDescriptor field : was.getDescriptorForType().getFields()) {
      String name = path.isEmpty() ? field.getJsonName() : path + "." + field.getJsonName();
      Object before = was.getField(field);
      Object after = now.getField(field);
      if (before.equals(after) || found.size() >= DIFFERENCES_AT_MOST || isNoise(name)) {
        continue;
      }
      if (!field.isRepeated() && before instanceof Message b && after instanceof Message a) {
        compare(name, b, a, found);
      } else {
        found.add(name + " " + text(before) + " -> " + text(after));
      }
    }
  }

  private static boolean isNoise(String name) {
    return name.equals("metadata.resourceVersion") || name.contains("managedFields");
  }

  private static String text(Object value) {
    String text = value.toString().replaceAll("\\s+", " ").strip();
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
  }

  /** The resource version of a stored object. */
  String version(KvStore.Entry entry) {
    return ResourceVersions.of(entry.modRevision(), codec.decode(entry).slot());
  }

  /** The resource version of an object; empty for what is none. */
  String version(Message object) {
    Object meta = field(object, "metadata");
    Object version = meta instanceof Message m ? field(m, "resource_version") : null;
    return version == null ? "" : version.toString();
  }
}
