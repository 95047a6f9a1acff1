package dev.capstan.apiserver.cache;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The fields that field selectors may name. */
public final class Fields {

  /** Path of the field by which pods are indexed. */
  public static final String NODE_NAME = "spec.nodeName";

  /** Of every kind; read off the object's identity. */
  static final List<String> COMMON = List.of("metadata.name", "metadata.namespace");

  private static final RecentTexts TEXTS = new RecentTexts(4096);

  /** A field, and how it is read without reflection: every stored version passes here. */
  private record Own<M extends Message>(String path, Function<M, String> reader) {

    String of(M object) {
      return TEXTS.share(reader.apply(object));
    }
  }

  private static final List<Own<Pod>> OF_PODS =
      List.of(
          new Own<>(NODE_NAME, pod -> pod.getSpec().getNodeName()),
          new Own<>("status.phase", pod -> pod.getStatus().getPhase()));

  private static final List<Own<Event>> OF_EVENTS =
      List.of(
          new Own<>("involvedObject.uid", event -> event.getInvolvedObject().getUid()),
          new Own<>("involvedObject.name", event -> event.getInvolvedObject().getName()),
          new Own<>("involvedObject.kind", event -> event.getInvolvedObject().getKind()),
          new Own<>("involvedObject.namespace", event -> event.getInvolvedObject().getNamespace()),
          new Own<>(
              "involvedObject.apiVersion", event -> event.getInvolvedObject().getApiVersion()),
          new Own<>("involvedObject.fieldPath", event -> event.getInvolvedObject().getFieldPath()),
          new Own<>(
              "involvedObject.resourceVersion",
              event -> event.getInvolvedObject().getResourceVersion()),
          new Own<>("reason", Event::getReason),
          new Own<>("type", Event::getType));

  private static final Map<String, List<String>> OF_KIND =
      Map.of("Pod", paths(OF_PODS), "Event", paths(OF_EVENTS));

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

  /** Values of {@link #own}, in that order; empty texts for what is unset. */
  static List<String> values(Message object) {
    return switch (object) {
      case Pod pod -> read(OF_PODS, pod);
      case Event event -> read(OF_EVENTS, event);
      default -> List.of();
    };
  }

  private static <M extends Message> List<String> read(List<Own<M>> fields, M object) {
    String[] values = new String[fields.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = fields.get(i).of(object);
    }
    return List.of(values);
  }

  private static <M extends Message> List<String> paths(List<Own<M>> fields) {
    return fields.stream().map(Own::path).toList();
  }
}
