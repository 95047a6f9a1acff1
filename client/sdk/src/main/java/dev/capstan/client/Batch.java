package dev.capstan.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.ResourcesGrpc;
import dev.capstan.api.v1.WriteOp;
import dev.capstan.api.v1.WriteRequest;
import dev.capstan.api.v1.WriteResponse;
import dev.capstan.api.v1.WriteResult;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Several independent writes in one call. Not a transaction: each succeeds or fails by itself. Not
 * thread-safe.
 *
 * <p>Any number may be added; they travel in calls of at most 500.
 */
public final class Batch {

  private static final int MAX_OPS = 500;

  /** The server takes requests of up to 4 MiB; objects are at most 1 MiB. */
  private static final int MAX_BYTES = 2 << 20;

  /**
   * What became of one write.
   *
   * @param error empty if it succeeded
   * @param resourceVersion version of the object after the write; empty if it failed
   * @param object the object as stored; empty unless objects were asked for
   */
  public record Result(Optional<ApiException> error, String resourceVersion, ByteString object) {

    /** True if it was written. */
    public boolean ok() {
      return error.isEmpty();
    }

    /** The object as stored, if objects were asked for and the write succeeded. */
    public <T extends Message> T object(ObjectType<T> type) {
      try {
        return type.parser().parseFrom(object);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("the server sent what is not a " + type, e);
      }
    }
  }

  private final Api api;
  private final List<WriteOp> ops = new ArrayList<>();
  private boolean returnObjects;

  Batch(Api api) {
    this.api = api;
  }

  /** Creates an object. */
  public <T extends Message> Batch create(ObjectType<T> type, T object) {
    return add(op(type).setCreate(object.toByteString()));
  }

  /** Replaces everything but the status. */
  public <T extends Message> Batch update(ObjectType<T> type, T object) {
    return add(op(type).setUpdate(object.toByteString()));
  }

  /** Replaces the status. */
  public <T extends Message> Batch updateStatus(ObjectType<T> type, T object) {
    return add(op(type).setUpdateStatus(object.toByteString()));
  }

  /** Merges a patch into an object. */
  public Batch patch(ObjectType<?> type, PatchRequest request) {
    return add(op(type).setPatch(request));
  }

  /** Deletes an object. */
  public Batch delete(ObjectType<?> type, ObjectKey key, DeleteOptions options) {
    return add(
        op(type)
            .setDelete(
                DeleteRequest.newBuilder()
                    .setNamespace(key.namespace())
                    .setName(key.name())
                    .setOptions(options)));
  }

  /** Binds a pod to a node. */
  public Batch bind(BindRequest request) {
    return add(op(ObjectType.POD).setBind(request));
  }

  /** Results shall carry the objects as stored. */
  public Batch returningObjects() {
    returnObjects = true;
    return this;
  }

  private static WriteOp.Builder op(ObjectType<?> type) {
    return WriteOp.newBuilder().setKind(type.name());
  }

  private Batch add(WriteOp.Builder op) {
    ops.add(op.build());
    return this;
  }

  /** Number of writes so far. */
  public int size() {
    return ops.size();
  }

  /**
   * Sends the writes and answers for each, in order. A call that fails as a whole fails each of its
   * writes with that error; the calls after it are not sent and fail as Unavailable.
   */
  public List<Result> send() throws InterruptedException {
    List<Result> results = new ArrayList<>();
    boolean broken = false;
    for (int from = 0; from < ops.size(); ) {
      int to = end(from);
      if (broken) {
        fail(results, to - from, notSent());
      } else {
        broken = !send(ops.subList(from, to), results);
      }
      from = to;
    }
    return List.copyOf(results);
  }

  private int end(int from) {
    int bytes = 0;
    int to = from;
    while (to < ops.size() && to - from < MAX_OPS) {
      bytes += ops.get(to).getSerializedSize();
      if (bytes > MAX_BYTES && to > from) {
        return to;
      }
      to++;
    }
    return to;
  }

  private boolean send(List<WriteOp> part, List<Result> results) throws InterruptedException {
    WriteRequest request =
        WriteRequest.newBuilder()
            .addAllOps(part)
            .setOptions(api.options())
            .setReturnObjects(returnObjects)
            .build();
    try {
      WriteResponse response = api.write(ResourcesGrpc.getWriteMethod(), request);
      List<WriteResult> answers = response.getResultsList();
      answers.stream().limit(part.size()).forEach(r -> results.add(result(r)));
      unanswered(results, part.size() - answers.size());
      return true;
    } catch (ApiException e) {
      fail(results, part.size(), e);
      return false;
    }
  }

  private Result result(WriteResult result) {
    if (result.getStatus().getCode() != Status.Code.OK.value()) {
      ApiException error = Errors.of(result.getStatus());
      if (error.mayHaveHappened()) {
        api.listener().unknown();
      }
      return new Result(Optional.of(error), "", ByteString.EMPTY);
    }
    api.listener().wrote(result.getResourceVersion());
    return new Result(Optional.empty(), result.getResourceVersion(), result.getObject());
  }

  private static void fail(List<Result> results, int count, ApiException error) {
    for (int i = 0; i < count; i++) {
      results.add(new Result(Optional.of(error), "", ByteString.EMPTY));
    }
  }

  /** A server that answers about fewer writes than it was asked for may have made the others. */
  private void unanswered(List<Result> results, int count) {
    if (count > 0) {
      api.listener().unknown();
      fail(
          results,
          count,
          new ApiException.UnknownOutcome(
              Status.Code.INTERNAL, "the server did not say what became of it", null));
    }
  }

  private static ApiException notSent() {
    return new ApiException.Unavailable(
        Status.Code.UNAVAILABLE, "not sent: the call before it failed", null);
  }
}
