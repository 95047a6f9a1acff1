package dev.capstan.apiserver.read;

import com.google.protobuf.ByteString;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.BookmarkRequest;
import dev.capstan.api.v1.BookmarkResponse;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.ResourceGetRequest;
import dev.capstan.api.v1.ResourceListRequest;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.RevisionRequest;
import dev.capstan.api.v1.RevisionResponse;
import dev.capstan.api.v1.WatchRequest;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.handler.Endpoint.Prompt;
import dev.capstan.apiserver.handler.Endpoint.Streaming;
import dev.capstan.apiserver.handler.Endpoint.Unary;
import dev.capstan.apiserver.watch.WatchHub;
import dev.capstan.kinds.Names;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The reading methods of every service. None of their answers is stale. */
public final class ReadEndpoints {

  /**
   * A list over several kinds has no pages, so it is refused above this size (clients accept 64 MiB
   * a message).
   */
  private static final long MAX_LIST_BYTES = 32L * 1024 * 1024;

  private final KindRegistry kinds;
  private final FreshReads reads;
  private final Lists lists;
  private final WatchHub hub;

  ReadEndpoints(KindRegistry kinds, FreshReads reads, Lists lists, WatchHub hub) {
    this.kinds = kinds;
    this.reads = reads;
    this.lists = lists;
    this.hub = hub;
  }

  /** {@code Get} of a kind's service. */
  public Prompt<GetRequest> get(Kind kind) {
    return (call, request) ->
        get(kind, request.getNamespace(), request.getName(), call.deadlineNanos())
            .thenApply(StoredObject::bytes);
  }

  /** {@code List} of a kind's service. */
  public Unary<ListRequest> list(Kind kind) {
    return (call, request) ->
        lists.list(
            Selection.of(
                kind,
                request.getNamespace(),
                request.getLabelSelector(),
                request.getFieldSelector()),
            request,
            call.deadlineNanos());
  }

  /** {@code Watch} of a kind's service. */
  public Streaming<WatchRequest> watch(Kind kind) {
    return (call, request, out) ->
        hub.watch(
            List.of(
                Selection.of(
                    kind,
                    request.getNamespace(),
                    request.getLabelSelector(),
                    request.getFieldSelector())),
            request.getResourceVersion(),
            "",
            call.deadlineNanos(),
            out);
  }

  /** {@code Resources.Get}. */
  public Prompt<ResourceGetRequest> resourcesGet() {
    return (call, request) ->
        get(
                kind("kind", request.getKind()),
                request.getNamespace(),
                request.getName(),
                call.deadlineNanos())
            .thenApply(ListBytes::raw);
  }

  /** {@code Resources.List}. */
  public Unary<ResourceListRequest> resourcesList() {
    return (call, request) -> list(selections(request.getSelectorsList()), call.deadlineNanos());
  }

  /** {@code Resources.Watch}. */
  public Streaming<ResourceWatchRequest> resourcesWatch() {
    return (call, request, out) ->
        hub.watch(
            selections(request.getSelectorsList()),
            request.getResourceVersion(),
            request.getWatchId(),
            call.deadlineNanos(),
            out);
  }

  /** {@code Resources.Revision}. */
  public Unary<RevisionRequest> revision() {
    return (call, request) ->
        RevisionResponse.newBuilder()
            .setResourceVersion(ResourceVersions.whole(reads.revision(call.deadlineNanos())))
            .build()
            .toByteString();
  }

  /** {@code Resources.Bookmark}. */
  public Unary<BookmarkRequest> bookmark() {
    return (call, request) ->
        BookmarkResponse.newBuilder()
            .setResourceVersion(hub.bookmark(request.getWatchId(), call.deadlineNanos()))
            .build()
            .toByteString();
  }

  private CompletableFuture<StoredObject> get(
      Kind kind, String namespace, String name, long deadlineNanos) {
    checkPlace(kind, namespace, name);
    return reads
        .promise(deadlineNanos)
        .thenApply(snapshot -> {
          CachedObject object = snapshot.get(kind, namespace, name);
          if (object == null) {
            throw ApiErrors.notFound(kind, name);
          }
          return object.object();
        });
  }

  private static void checkPlace(Kind kind, String namespace, String name) {
    if (kind.namespaced() && !Names.isDnsLabel(namespace)) {
      throw ApiErrors.badRequest("namespace", "must be a DNS-1123 label");
    }
    if (!kind.namespaced() && !namespace.isEmpty()) {
      throw ApiErrors.badRequest("namespace", kind.plural() + " live in no namespace");
    }
    if (!Names.isDnsSubdomain(name)) {
      throw ApiErrors.badRequest("name", "must be a DNS-1123 subdomain");
    }
  }

  private ByteString list(List<Selection> selections, long deadlineNanos)
      throws InterruptedException {
    Snapshot snapshot = reads.snapshot(deadlineNanos);
    List<StoredObject> items = new ArrayList<>();
    long bytes = 0;
    for (Selection selection : selections) {
      selection.requireReadable(snapshot);
      for (CachedObject object : selection.candidates(snapshot)) {
        if (selection.test(object)) {
          items.add(object.object());
          bytes += object.object().bytes().size();
        }
        if (bytes > MAX_LIST_BYTES) {
          throw ApiErrors.exhausted(
              "TooLarge", "too many objects for one list: watch them, or list each kind in pages");
        }
      }
    }
    return ListBytes.resources(ResourceVersions.whole(snapshot.revision()), items);
  }

  private List<Selection> selections(List<ResourceSelector> selectors) {
    List<Selection> selections = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (int i = 0; i < selectors.size(); i++) {
      ResourceSelector selector = selectors.get(i);
      String path = "selectors[" + i + "].kind";
      Kind kind = kind(path, selector.getKind());
      if (!seen.add(kind.name())) {
        throw ApiErrors.badRequest(path, kind.name() + " is selected twice");
      }
      selections.add(
          Selection.of(
              kind,
              selector.getNamespace(),
              selector.getLabelSelector(),
              selector.getFieldSelector()));
    }
    if (selections.isEmpty()) {
      throw ApiErrors.badRequest("selectors", "must name at least one kind");
    }
    return selections;
  }

  private Kind kind(String path, String name) {
    return kinds
        .byName(name)
        .orElseThrow(() -> ApiErrors.badRequest(path, "no kind is called \"" + cut(name) + "\""));
  }

  private static String cut(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }
}
