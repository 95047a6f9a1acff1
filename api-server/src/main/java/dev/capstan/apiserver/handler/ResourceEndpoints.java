package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.KindsRequest;
import dev.capstan.api.v1.KindsResponse;
import dev.capstan.api.v1.ResourceGetRequest;
import dev.capstan.api.v1.ResourceListRequest;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.apiserver.chain.Question;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.read.ReadEndpoints;
import java.util.List;
import java.util.Map;

/** The methods of the generic service. */
final class ResourceEndpoints {

  private static final String SERVICE = "capstan.v1.Resources/";

  private final KindRegistry kinds;
  private final ReadEndpoints reads;
  private final Batches batches;

  ResourceEndpoints(KindRegistry kinds, ReadEndpoints reads, Batches batches) {
    this.kinds = kinds;
    this.reads = reads;
    this.batches = batches;
  }

  /** Adds each method's endpoint under its full name. */
  void addTo(Map<String, GuardedEndpoint> endpoints) {
    endpoints.put(SERVICE + "Kinds", GuardedEndpoint.unary(this::kinds, aboutServer("kinds")));
    endpoints.put(SERVICE + "Get", get());
    endpoints.put(SERVICE + "List", list());
    endpoints.put(SERVICE + "Watch", watch());
    endpoints.put(
        SERVICE + "Revision", GuardedEndpoint.unary(reads.revision(), aboutServer("revision")));
    endpoints.put(
        SERVICE + "Bookmark", GuardedEndpoint.unary(reads.bookmark(), aboutServer("bookmark")));
    endpoints.put(SERVICE + "Write", GuardedEndpoint.unary(batches::write, Questions.ofEachItem()));
  }

  /** A question that is about no object. */
  private static <R extends Message> Questions<R> aboutServer(String what) {
    return Questions.always(Question.ofService(Verb.GET, "Resources", what));
  }

  private GuardedEndpoint get() {
    Questions<ResourceGetRequest> question =
        request ->
            List.of(
                Questions.of(
                    Verb.GET, kinds, request.getKind(), request.getNamespace(), request.getName()));
    return GuardedEndpoint.prompt(reads.resourcesGet(), question);
  }

  private GuardedEndpoint list() {
    Questions<ResourceListRequest> questions =
        request -> Questions.of(Verb.LIST, kinds, request.getSelectorsList());
    return GuardedEndpoint.unary(reads.resourcesList(), questions);
  }

  private GuardedEndpoint watch() {
    Questions<ResourceWatchRequest> questions =
        request -> Questions.of(Verb.WATCH, kinds, request.getSelectorsList());
    return GuardedEndpoint.streaming(reads.resourcesWatch(), questions);
  }

  private ByteString kinds(Call call, KindsRequest request) {
    return KindsResponse.newBuilder()
        .addAllKinds(kinds.kinds().stream().map(Kind::info).toList())
        .build()
        .toByteString();
  }
}
