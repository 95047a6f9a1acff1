package dev.capstan.e2e.sim.check;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.capstan.api.FieldSelectors;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.LabelSelectors;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.ResourceListRequest;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a list or a watch asks for of one kind. */
final class Selected {

  private final Kind kind;
  private final String namespace;
  private final LabelSelectors.@Nullable Match labels;
  private final List<FieldSelectors.Requirement> fields;

  private Selected(ResourceSelector selector, Kind kind) {
    this.kind = kind;
    this.namespace = selector.getNamespace();
    String text = selector.getLabelSelector();
    this.labels = text.isBlank() ? null : LabelSelectors.compile(LabelSelectors.parse(text));
    this.fields = FieldSelectors.parse(selector.getFieldSelector());
  }

  /** What a request of one of the four kinds of lists and watches asks for, in its order. */
  static List<Selected> of(KindRegistry kinds, String method, Message request) {
    return switch (request) {
      case ResourceWatchRequest watch -> all(kinds, watch.getSelectorsList());
      case ResourceListRequest list -> all(kinds, list.getSelectorsList());
      case WatchRequest w ->
          one(kinds, method, w.getNamespace(), w.getLabelSelector(), w.getFieldSelector());
      case ListRequest l ->
          one(kinds, method, l.getNamespace(), l.getLabelSelector(), l.getFieldSelector());
      default -> List.of();
    };
  }

  private static List<Selected> all(KindRegistry kinds, List<ResourceSelector> selectors) {
    List<Selected> result = new ArrayList<>();
    for (ResourceSelector selector : selectors) {
      result.add(new Selected(selector, kinds.require(selector.getKind())));
    }
    return List.copyOf(result);
  }

  private static List<Selected> one(
      KindRegistry kinds, String method, String namespace, String labels, String fields) {
    Kind kind = new Requests(kinds).kindOf(method);
    if (kind == null) {
      return List.of();
    }
    ResourceSelector selector =
        ResourceSelector.newBuilder()
            .setNamespace(namespace)
            .setLabelSelector(labels)
            .setFieldSelector(fields)
            .build();
    return List.of(new Selected(selector, kind));
  }

  Kind kind() {
    return kind;
  }

  /** True if an object of this kind is asked for. */
  boolean has(@Nullable Held held) {
    if (held == null || !(namespace.isEmpty() || namespace.equals(held.namespace()))) {
      return false;
    }
    if (labels != null && !labels.test(held.meta().getLabelsMap())) {
      return false;
    }
    for (FieldSelectors.Requirement field : fields) {
      if (!field.accepts(value(held.object(), field.path()))) {
        return false;
      }
    }
    return true;
  }

  /** The text of a field by its JSON path; empty if it is not set. */
  private static String value(Message object, String path) {
    Message at = object;
    int from = 0;
    while (true) {
      int dot = path.indexOf('.', from);
      String name = dot < 0 ? path.substring(from) : path.substring(from, dot);
      FieldDescriptor field = null;
      for (FieldDescriptor each : at.getDescriptorForType().getFields()) {
        field = each.getJsonName().equals(name) ? each : field;
      }
      if (field == null) {
        throw new IllegalArgumentException("no field " + path);
      }
      Object value = at.getField(field);
      if (dot < 0) {
        return value.toString();
      }
      at = (Message) value;
      from = dot + 1;
    }
  }
}
