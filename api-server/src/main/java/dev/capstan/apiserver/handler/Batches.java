package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.WriteOp;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.api.v1.WriteRequest;
import dev.capstan.api.v1.WriteResponse;
import dev.capstan.api.v1.WriteResult;
import dev.capstan.apiserver.chain.Permissions;
import dev.capstan.apiserver.chain.Question;
import dev.capstan.apiserver.write.Write;
import dev.capstan.apiserver.write.Written;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kinds.ServedKinds;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.Outbox;
import dev.capstan.seam.Seam;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Resources.Write: independent writes that travel to the store together and are answered one by
 * one.
 */
final class Batches {

  private static final int MOST_OPS = 1000;

  /**
   * Writes that leave together: a full commit group. Smaller ones would be on their way sooner, but
   * what a revision costs everybody who watches is paid once for each group.
   */
  private static final int PORTION = Group.MAX_MEMBERS;

  private final Seam seam;
  private final ServedKinds kinds;
  private final Operations operations;
  private final Permissions permissions;
  private final RequestParser parser;
  private final BatchGate gate;

  Batches(
      Seam seam,
      ServedKinds kinds,
      Operations operations,
      Permissions permissions,
      RequestParser parser) {
    this.seam = seam;
    this.kinds = kinds;
    this.operations = operations;
    this.permissions = permissions;
    this.parser = parser;
    this.gate = new BatchGate(seam.clock());
  }

  /** Answers each write for itself; waits while too many are under way. */
  ByteString write(Call call, WriteRequest request) throws InterruptedException {
    int count = request.getOpsCount();
    if (count > MOST_OPS) {
      throw ApiErrors.badRequest("ops", "must be at most " + MOST_OPS + ", not " + count);
    }
    gate.enter(count, call.deadlineNanos());
    try {
      return writeAll(call, request, count);
    } finally {
      gate.leave(count);
    }
  }

  /**
   * Begins one write after the other on the call's thread, and waits for all. They leave in
   * portions, so that the first are on their way while the others are made ready.
   */
  private ByteString writeAll(Call call, WriteRequest request, int count)
      throws InterruptedException {
    List<CompletableFuture<WriteResult>> results = new ArrayList<>(count);
    for (int from = 0; from < count; from += PORTION) {
      Outbox outbox = operations.writer().outbox();
      for (WriteOp op : request.getOpsList().subList(from, Math.min(from + PORTION, count))) {
        results.add(begin(call, request, op, outbox));
      }
      outbox.flush();
    }
    await(results);
    WriteResponse.Builder response = WriteResponse.newBuilder();
    results.forEach(result -> response.addResults(result.resultNow()));
    return response.build().toByteString();
  }

  private static void await(List<CompletableFuture<WriteResult>> results)
      throws InterruptedException {
    try {
      var unused = CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new)).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a failed write has a result too", e.getCause());
    }
  }

  private CompletableFuture<WriteResult> begin(
      Call call, WriteRequest request, WriteOp op, Outbox outbox) {
    try {
      return apply(call, op, request.getOptions())
          .begin(outbox)
          .thenApply(written -> succeeded(written, request.getReturnObjects()))
          .exceptionally(failure -> failed(call, Failures.cause(failure)));
    } catch (RuntimeException | StackOverflowError e) {
      return CompletableFuture.completedFuture(failed(call, e));
    }
  }

  private static WriteResult succeeded(Written written, boolean returnObject) {
    WriteResult.Builder result =
        WriteResult.newBuilder()
            .setStatus(Status.newBuilder().setCode(Code.OK_VALUE))
            .setResourceVersion(written.resourceVersion());
    return returnObject ? result.setObject(written.bytes()).build() : result.build();
  }

  private WriteResult failed(Call call, Throwable failure) {
    String id = Long.toHexString(seam.random().nextLong());
    Status status = StatusProto.fromThrowable(Failures.of(failure, call.method(), id));
    return WriteResult.newBuilder()
        .setStatus(
            status == null ? Status.newBuilder().setCode(Code.INTERNAL_VALUE).build() : status)
        .build();
  }

  private Write apply(Call call, WriteOp op, WriteOptions options) {
    ServedKind served = kinds.named(op.getKind());
    Kind kind = served.kind();
    return switch (op.getOpCase()) {
      case CREATE -> {
        Message object = object(served, op.getCreate(), call);
        require(call, Questions.create(kind, object));
        yield operations.create(call, served, object, options);
      }
      case UPDATE -> {
        RequestParser.Update update = update(served, op.getUpdate(), call);
        require(call, Questions.update(kind, update.request(), ""));
        yield operations.update(from(call, update), served, update.request(), options);
      }
      case UPDATE_STATUS -> {
        RequestParser.Update update = update(served, op.getUpdateStatus(), call);
        require(call, Questions.update(kind, update.request(), "status"));
        yield operations.updateStatus(from(call, update), served, update.request(), options);
      }
      case PATCH -> {
        require(call, Questions.patch(kind, op.getPatch()));
        yield operations.patch(call, served, op.getPatch(), options);
      }
      case DELETE -> {
        require(call, Questions.delete(kind, op.getDelete()));
        yield operations.delete(call, served, op.getDelete(), options);
      }
      case BIND -> {
        require(call, Questions.bind(kinds.registry(), op.getBind()));
        yield operations.bind(call, op.getBind(), options);
      }
      case OP_NOT_SET -> throw ApiErrors.badRequest("op", "is required");
    };
  }

  private void require(Call call, Question question) {
    permissions.require(call.user(), List.of(question));
  }

  private RequestParser.Update update(ServedKind served, ByteString bytes, Call call) {
    return parser.update(served.kind().prototype(), bytes, call.clientVersion());
  }

  private static Call from(Call call, RequestParser.Update update) {
    return update.unknownFields() ? call.withUnknownFields() : call;
  }

  private Message object(ServedKind served, ByteString bytes, Call call) {
    return parser.parse(served.kind().prototype(), bytes, call.clientVersion());
  }
}
