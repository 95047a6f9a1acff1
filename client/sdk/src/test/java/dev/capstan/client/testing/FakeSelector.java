package dev.capstan.client.testing;

import com.google.protobuf.Message;
import dev.capstan.api.FieldSelectors;
import dev.capstan.api.Kind;
import dev.capstan.api.LabelSelectors;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which objects of a kind somebody asked for. */
record FakeSelector(
    Kind kind,
    String namespace,
    LabelSelectors.Match labels,
    List<FieldSelectors.Requirement> fields) {

  static FakeSelector of(Kind kind, String namespace, String labels, String fields) {
    return new FakeSelector(
        kind,
        namespace,
        LabelSelectors.compile(LabelSelectors.parse(labels)),
        FieldSelectors.parse(fields));
  }

  boolean matches(Kind of, @Nullable Message object) {
    if (object == null || !of.equals(kind)) {
      return false;
    }
    ObjectMeta meta = kind.metadata(object);
    return (namespace.isEmpty() || namespace.equals(meta.getNamespace()))
        && labels.test(meta.getLabelsMap())
        && fields.stream().allMatch(f -> f.accepts(field(object, meta, f.path())));
  }

  private static String field(Message object, ObjectMeta meta, String path) {
    return switch (path) {
      case "metadata.name" -> meta.getName();
      case "metadata.namespace" -> meta.getNamespace();
      case "spec.nodeName" -> object instanceof Pod pod ? pod.getSpec().getNodeName() : "";
      case "status.phase" -> object instanceof Pod pod ? pod.getStatus().getPhase() : "";
      case "involvedObject.name" ->
          object instanceof Event event ? event.getInvolvedObject().getName() : "";
      default -> throw new IllegalArgumentException("field " + path);
    };
  }
}
