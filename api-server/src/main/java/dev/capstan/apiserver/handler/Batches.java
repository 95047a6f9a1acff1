package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.WriteOp;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.api.v1.WriteRequest;
import dev.capstan.api.v1.WriteResponse;
import dev.capstan.api.v1.WriteResult;
import dev.capstan.apiserver.kinds.ServedKind;
import dev.capstan.apiserver.kinds.ServedKinds;
import dev.capstan.apiserver.write.Written;
import dev.capstan.seam.Seam;
import io.grpc.protobuf.StatusProto;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Resources.Write: independent writes that travel to the store together and are answered one by
 * one.
 */
final class Batches {

  private static final int MOST_OPS = 1000;

  private final Seam seam;
  private final ServedKinds kinds;
  private final Operations operations;
  private final RequestParser parser;
  private final BatchGate gate;

  Batches(Seam seam, ServedKinds kinds, Operations operations, RequestParser parser) {
    this.seam = seam;
    this.kinds = kinds;
    this.operations = operations;
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

  /** Each write on a thread of its own, so that group commit finds them all waiting. */
  private ByteString writeAll(Call call, WriteRequest request, int count)
      throws InterruptedException {
    AtomicReferenceArray<@Nullable WriteResult> results = new AtomicReferenceArray<>(count);
    CountDownLatch left = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      int index = i;
      seam.threads()
          .start(
              "batch write",
              () -> {
                try {
                  results.set(index, one(call, request, request.getOps(index)));
                } finally {
                  left.countDown();
                }
              });
    }
    left.await();
    WriteResponse.Builder response = WriteResponse.newBuilder();
    for (int i = 0; i < count; i++) {
      response.addResults(Objects.requireNonNull(results.get(i)));
    }
    return response.build().toByteString();
  }

  private WriteResult one(Call call, WriteRequest request, WriteOp op) {
    try {
      Written written = apply(call, op, request.getOptions());
      WriteResult.Builder result =
          WriteResult.newBuilder()
              .setStatus(Status.newBuilder().setCode(Code.OK_VALUE))
              .setResourceVersion(written.resourceVersion());
      return request.getReturnObjects()
          ? result.setObject(written.object().toByteString()).build()
          : result.build();
    } catch (RuntimeException | StackOverflowError e) {
      String id = Long.toHexString(seam.random().nextLong());
      Status status = StatusProto.fromThrowable(Failures.of(e, call.method(), id));
      return WriteResult.newBuilder()
          .setStatus(
              status == null ? Status.newBuilder().setCode(Code.INTERNAL_VALUE).build() : status)
          .build();
    }
  }

  private Written apply(Call call, WriteOp op, WriteOptions options) {
    ServedKind served = kinds.named(op.getKind());
    return switch (op.getOpCase()) {
      case CREATE -> operations.create(call, served, object(served, op.getCreate(), call), options);
      case UPDATE -> operations.update(call, served, object(served, op.getUpdate(), call), options);
      case UPDATE_STATUS ->
          operations.updateStatus(
              call, served, object(served, op.getUpdateStatus(), call), options);
      case PATCH -> operations.patch(call, served, op.getPatch(), options);
      case DELETE -> operations.delete(call, served, op.getDelete(), options);
      case BIND -> operations.bind(call, op.getBind(), options);
      case OP_NOT_SET -> throw ApiErrors.badRequest("op", "is required");
    };
  }

  private Message object(ServedKind served, ByteString bytes, Call call) {
    return parser.parse(served.kind().prototype(), bytes, call.clientVersion());
  }
}
