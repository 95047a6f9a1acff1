package dev.capstan.apiserver.handler;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.apiserver.chain.Question;
import dev.capstan.apiserver.chain.Verb;
import java.util.List;

/**
 * What a request asks for, in the words of authorisation: every method declares it, and whatever
 * answers the request does so only once all of it was allowed. Must not block, and must not fail,
 * whatever the request says.
 *
 * @param <R> the method's request
 */
@FunctionalInterface
public interface Questions<R extends Message> {

  /** All that must be allowed. */
  List<Question> of(R request);

  /** The same question whatever is requested. */
  static <R extends Message> Questions<R> always(Question question) {
    return request -> List.of(question);
  }

  /** Of a batch: each item asks for itself, and is answered for itself. */
  static <R extends Message> Questions<R> ofEachItem() {
    return request -> List.of();
  }

  /** To make an object; without a namespace it comes into the default one. */
  static Question create(Kind kind, Message object) {
    return ofObject(Verb.CREATE, kind, object);
  }

  /** To replace an object, or its status. */
  static Question update(Kind kind, Message object, String subresource) {
    return ofObject(Verb.UPDATE, kind, object).of(subresource);
  }

  private static Question ofObject(Verb verb, Kind kind, Message object) {
    ObjectMeta metadata = kind.metadata(object);
    return of(verb, kind, namespaceOf(kind, metadata), metadata.getName());
  }

  /** Where an object is or comes. */
  static String namespaceOf(Kind kind, ObjectMeta metadata) {
    return kind.namespaced() && metadata.getNamespace().isEmpty()
        ? WellKnown.NAMESPACE_DEFAULT
        : metadata.getNamespace();
  }

  /** To patch an object, or its status. */
  static Question patch(Kind kind, PatchRequest request) {
    return of(Verb.PATCH, kind, request.getNamespace(), request.getName())
        .of(request.getStatus() ? "status" : "");
  }

  /** To delete an object. */
  static Question delete(Kind kind, DeleteRequest request) {
    return of(Verb.DELETE, kind, request.getNamespace(), request.getName());
  }

  /** To give a pod its node. */
  static Question bind(KindRegistry kinds, BindRequest request) {
    return of(Verb.CREATE, kinds.require("Pod"), request.getNamespace(), request.getName())
        .of("binding");
  }

  /** About one object. */
  static Question of(Verb verb, Kind kind, String namespace, String name) {
    return Question.of(verb, kind).in(namespace).named(name);
  }

  /** About one object of a kind that the request names. */
  static Question of(Verb verb, KindRegistry kinds, String kind, String namespace, String name) {
    return ofName(verb, kinds, kind).in(namespace).named(name);
  }

  /** About what each selector of a list or watch selects. */
  static List<Question> of(Verb verb, KindRegistry kinds, List<ResourceSelector> selectors) {
    return selectors.stream()
        .map(selector ->
            ofName(verb, kinds, selector.getKind())
                .in(selector.getNamespace())
                .selecting(selector.getLabelSelector(), selector.getFieldSelector()))
        .toList();
  }

  /** A kind that is not served is a question, too: whoever may not ask is not told so. */
  private static Question ofName(Verb verb, KindRegistry kinds, String kind) {
    return kinds
        .byName(kind)
        .map(known -> Question.of(verb, known))
        .orElseGet(() -> Question.ofService(verb, kind, ""));
  }
}
