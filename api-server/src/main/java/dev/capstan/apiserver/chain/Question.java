package dev.capstan.apiserver.chain;

import dev.capstan.api.Kind;

/**
 * What somebody wants to do: the question that every method asks of an {@link Authorizer} before it
 * does anything.
 *
 * @param verb what
 * @param group API group of the kind, "" for the core
 * @param kind kind of object, or the name of a service that is about no kind
 * @param subresource "status", "binding", "log", …; empty for the object itself
 * @param namespace empty for cluster-scoped kinds, or for all namespaces
 * @param name empty for lists, or when the server makes the name
 * @param labelSelector which objects of a list or watch; empty for all
 * @param fieldSelector which objects of a list or watch; empty for all
 */
public record Question(
    Verb verb,
    String group,
    String kind,
    String subresource,
    String namespace,
    String name,
    String labelSelector,
    String fieldSelector) {

  /** About all objects of a kind. */
  public static Question of(Verb verb, Kind kind) {
    return new Question(verb, kind.group(), kind.name(), "", "", "", "", "");
  }

  /** About a service that is about no kind. */
  public static Question ofService(Verb verb, String service, String subresource) {
    return new Question(verb, "", service, subresource, "", "", "", "");
  }

  /** The same about a part of the object. */
  public Question of(String part) {
    return new Question(verb, group, kind, part, namespace, name, labelSelector, fieldSelector);
  }

  /** The same in a namespace. */
  public Question in(String place) {
    return new Question(verb, group, kind, subresource, place, name, labelSelector, fieldSelector);
  }

  /** The same about one object. */
  public Question named(String object) {
    return new Question(
        verb, group, kind, subresource, namespace, object, labelSelector, fieldSelector);
  }

  /** The same about the objects that are selected. */
  public Question selecting(String labels, String fields) {
    return new Question(verb, group, kind, subresource, namespace, name, labels, fields);
  }

  /** E.g. {@code update Pod.status default/web}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(verb.name().toLowerCase(java.util.Locale.ROOT));
    text.append(' ').append(kind);
    if (!group.isEmpty()) {
      text.append('.').append(group);
    }
    if (!subresource.isEmpty()) {
      text.append('/').append(subresource);
    }
    if (!namespace.isEmpty() || !name.isEmpty()) {
      text.append(' ').append(namespace.isEmpty() ? "" : namespace + "/").append(name);
    }
    return text.toString();
  }
}
