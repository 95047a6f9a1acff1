package dev.capstan.apiserver.read;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.FieldSelectors;
import dev.capstan.api.Kind;
import dev.capstan.api.LabelSelectors;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.cache.Fields;
import dev.capstan.apiserver.cache.Interest;
import dev.capstan.apiserver.cache.KindTable;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.kinds.Names;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;

/**
 * Which objects of one kind a list or a watch is about.
 *
 * @param kind the kind
 * @param namespace empty for all
 * @param labels test of labels
 * @param fields requirements on fields, all known to the kind
 * @param text the selectors as the client wrote them: what continue tokens are bound to
 */
public record Selection(
    Kind kind,
    String namespace,
    LabelSelectors.Match labels,
    List<FieldSelectors.Requirement> fields,
    String text) {

  /** Selectors longer than this are refused: they would cost every event. */
  private static final int MAX_SELECTOR = 16 * 1024;

  /**
   * Reads a request.
   *
   * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT saying what is not understood
   */
  public static Selection of(Kind kind, String namespace, String labels, String fields) {
    checkNamespace(kind, namespace);
    check("labelSelector", labels);
    check("fieldSelector", fields);
    return new Selection(
        kind,
        namespace,
        labelMatch(labels),
        requirements(kind, fields),
        namespace + "\n" + labels + "\n" + fields);
  }

  private static void checkNamespace(Kind kind, String namespace) {
    if (!namespace.isEmpty() && !kind.namespaced()) {
      throw ApiErrors.badRequest("namespace", kind.plural() + " live in no namespace");
    }
    if (!namespace.isEmpty() && !Names.isDnsLabel(namespace)) {
      throw ApiErrors.badRequest("namespace", "must be a DNS-1123 label");
    }
  }

  private static void check(String path, String selector) {
    if (selector.length() > MAX_SELECTOR) {
      throw ApiErrors.badRequest(path, "must be at most " + MAX_SELECTOR + " characters");
    }
  }

  private static LabelSelectors.Match labelMatch(String text) {
    try {
      return text.isBlank() ? labels -> true : LabelSelectors.compile(LabelSelectors.parse(text));
    } catch (IllegalArgumentException e) {
      throw ApiErrors.badRequest("labelSelector", String.valueOf(e.getMessage()));
    }
  }

  private static List<FieldSelectors.Requirement> requirements(Kind kind, String text) {
    try {
      List<FieldSelectors.Requirement> requirements = FieldSelectors.parse(text);
      for (FieldSelectors.Requirement requirement : requirements) {
        if (!Fields.selectable(kind, requirement.path())) {
          throw new IllegalArgumentException(
              "\"%s\" is not a field %s are selected by: %s"
                  .formatted(
                      requirement.path(),
                      kind.plural(),
                      String.join(", ", Fields.selectable(kind))));
        }
      }
      return List.copyOf(requirements);
    } catch (IllegalArgumentException e) {
      throw ApiErrors.badRequest("fieldSelector", String.valueOf(e.getMessage()));
    }
  }

  /** True if the object is selected. */
  public boolean test(CachedObject object) {
    return (namespace.isEmpty() || namespace.equals(object.object().namespace()))
        && fields.stream().allMatch(field -> field.accepts(object.field(field.path())))
        && labels.test(object.labels());
  }

  /** True if it selects all objects of the kind (in the namespace). */
  public boolean isUnfiltered() {
    return text.endsWith("\n\n");
  }

  /** What keys of selected objects begin with. */
  public String keyPrefix() {
    return namespace.isEmpty() ? "" : namespace + "/";
  }

  private Optional<String> wanted(String path) {
    return fields.stream()
        .filter(field -> field.equal() && field.path().equals(path) && !field.value().isEmpty())
        .map(FieldSelectors.Requirement::value)
        .findFirst();
  }

  /**
   * Objects that may be selected, in order of their keys, from the narrowest index; the caller
   * applies {@link #test}.
   */
  public Iterable<CachedObject> candidates(Snapshot snapshot) {
    KindTable table = snapshot.table(kind);
    Optional<String> key = objectKey();
    if (key.isPresent()) {
      CachedObject object = table.get(key.get());
      return object == null ? List.of() : List.of(object);
    }
    Optional<String> node = wanted(Fields.NODE_NAME);
    return node.isPresent() ? table.onNode(node.get()) : table.under(keyPrefix(), "");
  }

  /**
   * Refuses a list in whose range are objects that cannot be read: which of them are selected is
   * not known.
   *
   * @throws StatusRuntimeException DATA_LOSS naming their keys
   */
  void requireReadable(Snapshot snapshot) {
    snapshot.unreadable().refuseAmong(kind, this::isInRange);
  }

  /**
   * Refuses a watch that would begin with less than there is. Objects that cannot be read any more
   * are shown as they were last read; this is about those that were never read.
   *
   * @throws StatusRuntimeException DATA_LOSS naming their keys
   */
  public void requireKnown(Snapshot snapshot) {
    KindTable table = snapshot.table(kind);
    snapshot.unreadable().refuseAmong(kind, key -> isInRange(key) && table.get(key) == null);
  }

  private boolean isInRange(String key) {
    return objectKey().map(key::equals).orElseGet(() -> key.startsWith(keyPrefix()));
  }

  /** The narrowest class of events that holds all that can concern this selection. */
  public Interest interest() {
    Optional<String> key = objectKey();
    Optional<String> node = wanted(Fields.NODE_NAME);
    if (key.isPresent()) {
      return new Interest(kind.name(), Interest.Scope.OBJECT, key.get());
    }
    if (node.isPresent()) {
      return new Interest(kind.name(), Interest.Scope.NODE, node.get());
    }
    return namespace.isEmpty()
        ? new Interest(kind.name(), Interest.Scope.ALL, "")
        : new Interest(kind.name(), Interest.Scope.NAMESPACE, namespace);
  }

  private Optional<String> objectKey() {
    String in = namespace.isEmpty() ? wanted("metadata.namespace").orElse("") : namespace;
    if (in.isEmpty() && kind.namespaced()) {
      return Optional.empty();
    }
    return wanted("metadata.name").map(name -> CachedObject.key(in, name));
  }
}
