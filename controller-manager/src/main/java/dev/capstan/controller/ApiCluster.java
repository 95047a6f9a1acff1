package dev.capstan.controller;

import com.google.protobuf.Message;
import dev.capstan.api.v1.ObjectReference;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cluster behind its API, for one reconciliation. Not thread-safe.
 *
 * <p>Remembers the first write that failed: the runner waits for what won a conflict, and backs off
 * otherwise.
 */
public final class ApiCluster implements Cluster {

  /** Where events go. */
  @FunctionalInterface
  public interface Events {
    void event(ObjectReference about, EventType type, String reason, String message);

    /** For controllers that tell nothing. */
    Events NONE = (about, type, reason, message) -> {};
  }

  private final Api api;
  private final Events events;
  private Optional<ApiException> failure = Optional.empty();

  public ApiCluster(Api api, Events events) {
    this.api = api;
    this.events = events;
  }

  /** The first write that failed; a conflict before anything else. */
  public Optional<ApiException> failure() {
    return failure;
  }

  @Override
  public List<Written> write(List<? extends Change> changes) throws InterruptedException {
    if (changes.isEmpty()) {
      return List.of();
    }
    Batch batch = api.batch();
    changes.forEach(change -> add(batch, change));
    List<Written> written = new ArrayList<>();
    for (Batch.Result result : batch.send()) {
      written.add(result.error().map(this::failed).orElseGet(Written.Done::new));
    }
    return List.copyOf(written);
  }

  private static void add(Batch batch, Change change) {
    switch (change) {
      case Change.Create<?> create -> create(batch, create);
      case Change.Update<?> update -> update(batch, update);
      case Change.UpdateStatus<?> update -> updateStatus(batch, update);
      case Change.Patch(var type, var key, var only, var patch) ->
          batch.patch(
              type,
              PatchRequest.newBuilder()
                  .setNamespace(key.namespace())
                  .setName(key.name())
                  .setPreconditions(only)
                  .setMergePatch(patch.toString())
                  .build());
      case Change.Delete(var type, var key, var options) -> batch.delete(type, key, options);
    }
  }

  private static <T extends Message> void create(Batch batch, Change.Create<T> create) {
    batch.create(create.type(), create.object());
  }

  private static <T extends Message> void update(Batch batch, Change.Update<T> update) {
    batch.update(update.type(), update.object());
  }

  private static <T extends Message> void updateStatus(Batch batch, Change.UpdateStatus<T> update) {
    batch.updateStatus(update.type(), update.object());
  }

  private Written failed(ApiException error) {
    if (failure.isEmpty() || error instanceof ApiException.Conflict) {
      failure = Optional.of(error);
    }
    return switch (error) {
      case ApiException.Conflict conflict -> new Written.Stale(conflict.message());
      case ApiException.NotFound gone -> new Written.Gone(gone.message());
      case ApiException.AlreadyExists taken -> new Written.Taken(taken.message());
      case ApiException.Invalid refused -> new Written.Refused(refused.message());
      case ApiException.Denied refused -> new Written.Refused(refused.message());
      case ApiException.Unreadable refused -> new Written.Refused(refused.message());
      case ApiException.Exhausted refused -> new Written.Refused(refused.message());
      case ApiException.Precondition refused -> new Written.Refused(refused.message());
      case ApiException.Unsupported refused -> new Written.Refused(refused.message());
      case ApiException.Fenced fault -> throw fault;
      case ApiException.Compacted fault -> throw fault;
      case ApiException.LeaseHeld fault -> throw fault;
      case ApiException.Unavailable fault -> throw fault;
      case ApiException.UnknownOutcome fault -> throw fault;
      case ApiException.Unauthenticated fault -> throw fault;
      case ApiException.Internal fault -> throw fault;
    };
  }

  @Override
  public <T extends Message> Optional<T> get(ObjectType<T> type, ObjectKey key)
      throws InterruptedException {
    return api.resource(type).namespace(key.namespace()).find(key.name());
  }

  @Override
  public <T extends Message> List<T> list(ObjectType<T> type, String namespace)
      throws InterruptedException {
    return api.resource(type).namespace(namespace).list().items();
  }

  @Override
  public void event(ObjectReference about, EventType type, String reason, String message) {
    events.event(about, type, reason, message);
  }
}
