package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.BookmarkRequest;
import dev.capstan.api.v1.KindsRequest;
import dev.capstan.api.v1.KindsResponse;
import dev.capstan.api.v1.ResourceGetRequest;
import dev.capstan.api.v1.ResourceListRequest;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.RevisionRequest;
import dev.capstan.api.v1.WriteRequest;
import dev.capstan.apiserver.chain.Attributes;
import dev.capstan.apiserver.chain.Authorizer;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.read.ReadEndpoints;
import dev.capstan.kinds.ServedKinds;
import java.util.List;
import java.util.Map;

/** The methods of the generic service. */
final class ResourceEndpoints {

  private static final String SERVICE = "capstan.v1.Resources/";

  private final ServedKinds kinds;
  private final Authorizer authorizer;
  private final Guards guards;
  private final ReadEndpoints reads;
  private final Batches batches;

  ResourceEndpoints(
      ServedKinds kinds, Authorizer authorizer, ReadEndpoints reads, Batches batches) {
    this.kinds = kinds;
    this.authorizer = authorizer;
    this.guards = new Guards(authorizer);
    this.reads = reads;
    this.batches = batches;
  }

  /** Adds each method's endpoint under its full name. */
  void addTo(Map<String, Endpoint> endpoints) {
    Endpoint.Prompt<ResourceGetRequest> get = reads.resourcesGet();
    Endpoint.Unary<ResourceListRequest> list = reads.resourcesList();
    Endpoint.Streaming<ResourceWatchRequest> watch = reads.resourcesWatch();
    Endpoint.Unary<RevisionRequest> revision = reads.revision();
    Endpoint.Unary<BookmarkRequest> bookmark = reads.bookmark();
    Endpoint.Unary<KindsRequest> known = (call, request) -> kinds();
    add(endpoints, "Kinds", guards.unary(known, request -> service("kinds")));
    add(
        endpoints,
        "Get",
        (Endpoint.Prompt<ResourceGetRequest>)
            (call, request) -> {
              allow(call, Verb.GET, request);
              return get.answer(call, request);
            });
    add(
        endpoints,
        "List",
        (Endpoint.Unary<ResourceListRequest>)
            (call, request) -> {
              allow(call, Verb.LIST, request.getSelectorsList());
              return list.answer(call, request);
            });
    add(
        endpoints,
        "Watch",
        (Endpoint.Streaming<ResourceWatchRequest>)
            (call, request, out) -> {
              allow(call, Verb.WATCH, request.getSelectorsList());
              watch.stream(call, request, out);
            });
    add(endpoints, "Revision", guards.unary(revision, request -> service("revision")));
    add(endpoints, "Bookmark", guards.unary(bookmark, request -> service("bookmark")));
    add(endpoints, "Write", (Endpoint.Unary<WriteRequest>) batches::write);
  }

  /** A question that is about no object. */
  private static Attributes service(String what) {
    return new Attributes(Verb.GET, "Resources", "", "", what);
  }

  private static void add(Map<String, Endpoint> endpoints, String method, Endpoint endpoint) {
    endpoints.put(SERVICE + method, endpoint);
  }

  private void allow(Call call, Verb verb, ResourceGetRequest request) {
    authorizer.authorize(
        call.user(),
        new Attributes(verb, request.getKind(), request.getNamespace(), request.getName(), ""));
  }

  private void allow(Call call, Verb verb, List<ResourceSelector> selectors) {
    for (ResourceSelector selector : selectors) {
      authorizer.authorize(
          call.user(), new Attributes(verb, selector.getKind(), selector.getNamespace(), "", ""));
    }
  }

  private ByteString kinds() {
    return KindsResponse.newBuilder()
        .addAllKinds(kinds.registry().kinds().stream().map(Kind::info).toList())
        .build()
        .toByteString();
  }
}
