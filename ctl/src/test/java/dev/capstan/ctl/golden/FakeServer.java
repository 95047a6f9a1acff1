package dev.capstan.ctl.golden;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.FieldSelectors;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.LabelSelectors;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.ObjectJsonReader;
import dev.capstan.api.Violation;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Objects in memory, with just enough of the API server's behaviour for the command to be tried.
 */
final class FakeServer {

  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  final KindRegistry kinds = KindRegistry.builtin();
  final Map<String, String> logs = new LinkedHashMap<>();
  final List<Pending> script = new ArrayList<>();

  /** Keys whose values cannot be read. */
  final Set<String> unreadable = new LinkedHashSet<>();

  String version = "0.1.0";
  String token = "";
  private final Map<String, Message> objects = new TreeMap<>();
  private long revision = 1000;
  private int uids;

  private static String key(Kind kind, String namespace, String name) {
    return kind.plural() + "/" + namespace + "/" + name;
  }

  String resourceVersion() {
    return Long.toString(revision);
  }

  /** Puts an object there as it is, filling in what every stored object has. */
  Message put(Kind kind, Message object) {
    ObjectMeta meta = kind.metadata(object);
    ObjectMeta.Builder filled = meta.toBuilder().setResourceVersion(Long.toString(++revision));
    if (meta.getUid().isEmpty()) {
      filled.setUid(String.format("00000000-0000-4000-8000-%012d", ++uids));
    }
    if (!meta.hasCreationTimestamp()) {
      filled.setCreationTimestamp(ApiTimes.of(NOW));
    }
    if (meta.getGeneration() == 0) {
      filled.setGeneration(1);
    }
    Message stored = kind.withMetadata(object, filled.build());
    objects.put(key(kind, meta.getNamespace(), meta.getName()), stored);
    return stored;
  }

  Message get(Kind kind, String namespace, String name) {
    requireReadable(key(kind, namespace, name)::equals);
    Message found = objects.get(key(kind, namespace, name));
    if (found == null) {
      throw ApiErrors.notFound(kind, name);
    }
    return found;
  }

  private void requireReadable(Predicate<String> about) {
    unreadable.stream()
        .filter(about)
        .findFirst()
        .ifPresent(key -> {
          throw ApiErrors.unreadable(
              "the value of /capstan/v1/"
                  + key
                  + " cannot be read: it does not begin with Capstan's header");
        });
  }

  List<Message> list(Kind kind, ListRequest request) {
    requireReadable(key -> key.startsWith(kind.plural() + "/"));
    var labels = LabelSelectors.compile(LabelSelectors.parse(request.getLabelSelector()));
    var fields = FieldSelectors.parse(request.getFieldSelector());
    List<Message> found = new ArrayList<>();
    objects.forEach((key, object) -> {
      ObjectMeta meta = kind.metadata(matching(kind, key, object));
      boolean here =
          key.startsWith(kind.plural() + "/")
              && (request.getNamespace().isEmpty()
                  || meta.getNamespace().equals(request.getNamespace()))
              && labels.test(meta.getLabelsMap())
              && FakeFields.match(fields, ObjectJson.print(object));
      if (here) {
        found.add(object);
      }
    });
    return found;
  }

  private static Message matching(Kind kind, String key, Message object) {
    return key.startsWith(kind.plural() + "/") ? object : kind.prototype();
  }

  Message create(Kind kind, Message given, boolean dryRun) {
    Message object = Defaults.fill(given);
    check(kind, object);
    ObjectMeta meta = kind.metadata(object);
    Message there = objects.get(key(kind, meta.getNamespace(), meta.getName()));
    if (there != null) {
      throw ApiErrors.alreadyExists(
          kind,
          meta.getName(),
          kind.metadata(there).getResourceVersion(),
          kind.metadata(there).getUid());
    }
    return dryRun ? object : put(kind, object);
  }

  Message update(Kind kind, Message given, boolean dryRun) {
    Message object = Defaults.fill(given);
    check(kind, object);
    ObjectMeta meta = kind.metadata(object);
    Message there = get(kind, meta.getNamespace(), meta.getName());
    String current = kind.metadata(there).getResourceVersion();
    if (!meta.getResourceVersion().isEmpty() && !meta.getResourceVersion().equals(current)) {
      throw stale(kind, there);
    }
    return dryRun ? object : put(kind, object);
  }

  private static RuntimeException stale(Kind kind, Message there) {
    ObjectMeta meta = kind.metadata(there);
    return ApiErrors.conflict(
        kind,
        meta.getName(),
        "the object has been modified; please apply your changes to the latest version and try"
            + " again",
        meta.getResourceVersion(),
        meta.getUid());
  }

  Message patch(Kind kind, PatchRequest request) {
    Message there = get(kind, request.getNamespace(), request.getName());
    precondition(kind, there, request.getPreconditions());
    JsonElement merged =
        ObjectJson.merge(ObjectJson.print(there), JsonParser.parseString(request.getMergePatch()));
    ObjectJsonReader.Result read = ObjectJsonReader.read(kind, merged.getAsJsonObject());
    if (!read.violations().isEmpty()) {
      throw ApiErrors.invalid(kind, request.getName(), read.violations());
    }
    check(kind, read.object());
    return request.getOptions().getDryRun() ? read.object() : put(kind, read.object());
  }

  Message delete(Kind kind, DeleteRequest request) {
    if (request.getOptions().getPreconditions().getUid().isEmpty()) {
      unreadable.remove(key(kind, request.getNamespace(), request.getName()));
    }
    Message there = get(kind, request.getNamespace(), request.getName());
    precondition(kind, there, request.getOptions().getPreconditions());
    if (!request.getOptions().getWrite().getDryRun()) {
      objects.remove(key(kind, request.getNamespace(), request.getName()));
      revision++;
    }
    return there;
  }

  private static void precondition(Kind kind, Message there, Preconditions wanted) {
    ObjectMeta meta = kind.metadata(there);
    boolean uid = wanted.getUid().isEmpty() || wanted.getUid().equals(meta.getUid());
    boolean rv =
        wanted.getResourceVersion().isEmpty()
            || wanted.getResourceVersion().equals(meta.getResourceVersion());
    if (!uid || !rv) {
      throw stale(kind, there);
    }
  }

  private static void check(Kind kind, Message object) {
    List<Violation> violations = new ArrayList<>();
    if (object instanceof Deployment d && d.getSpec().getReplicas() < 0) {
      violations.add(new Violation("spec.replicas", "must be >= 0"));
    }
    if (object instanceof Deployment d) {
      var labels = d.getSpec().getTemplate().getMetadata().getLabelsMap();
      if (!LabelSelectors.matches(d.getSpec().getSelector(), labels)) {
        violations.add(new Violation("spec.template.metadata.labels", "must match spec.selector"));
      }
    }
    if (!violations.isEmpty()) {
      throw ApiErrors.invalid(kind, kind.metadata(object).getName(), violations);
    }
  }

  /** The object inside a Write…Request. */
  static Message object(Kind kind, DynamicMessage request) throws InvalidProtocolBufferException {
    ByteString bytes =
        ((Message) request.getField(request.getDescriptorForType().findFieldByName("object")))
            .toByteString();
    return kind.parse(bytes.toByteArray());
  }

  /** Something that happens once somebody watches. */
  record Pending(String type, Kind kind, Message object) {}

  /** Lets the next pending thing happen. */
  WatchFrame happen(Pending p) {
    Message stored = put(p.kind(), p.object());
    ObjectMeta meta = p.kind().metadata(stored);
    if (p.type().equals("DELETED")) {
      objects.remove(key(p.kind(), meta.getNamespace(), meta.getName()));
    }
    return WatchFrame.newBuilder()
        .setResourceVersion(resourceVersion())
        .addEvents(event(p.type(), p.kind(), stored))
        .build();
  }

  static WatchEvent event(String type, Kind kind, Message object) {
    return WatchEvent.newBuilder()
        .setType(type)
        .setKind(kind.name())
        .setObject(object.toByteString())
        .build();
  }
}
