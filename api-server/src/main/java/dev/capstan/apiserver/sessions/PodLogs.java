package dev.capstan.apiserver.sessions;

import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.LogChunk;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.SessionOffer;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.handler.Call;
import dev.capstan.apiserver.handler.Endpoint.Streaming;
import dev.capstan.apiserver.handler.ResponseStream;
import dev.capstan.apiserver.read.FreshReads;
import dev.capstan.seam.Clock;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;

/** {@code Pods.Logs}: finds the pod's node and passes on what its kubelet sends. */
public final class PodLogs {

  /** How long a kubelet has to open the session it was offered. */
  static final Duration OPEN_WITHIN = Duration.ofSeconds(30);

  private final Clock clock;
  private final FreshReads reads;
  private final NodeSessions sessions;
  private final Kind podKind;

  public PodLogs(Clock clock, FreshReads reads, NodeSessions sessions, KindRegistry kinds) {
    this.clock = clock;
    this.reads = reads;
    this.sessions = sessions;
    this.podKind = kinds.require("Pod");
  }

  /** The method. */
  public Streaming<LogsRequest> logs() {
    return this::logs;
  }

  private void logs(Call call, LogsRequest request, ResponseStream out)
      throws InterruptedException {
    CachedObject object =
        reads
            .snapshot(call.deadlineNanos())
            .get(podKind, request.getNamespace(), request.getName());
    if (object == null) {
      throw ApiErrors.notFound(podKind, request.getName());
    }
    LogTarget target = LogTarget.of((Pod) object.object().parse(), request);
    SessionOffer offer =
        SessionOffer.newBuilder().setPodUid(target.podUid()).setLogs(target.request()).build();
    NodeSessions.Offered offered = sessions.offer(target.node(), offer);
    out.onChange(offered.session()::wake);
    try {
      pass(target.node(), offered.session(), out);
    } finally {
      out.onChange(null);
      offered.session().cancel();
      sessions.withdraw(offered.id());
    }
  }

  private void pass(String node, Session session, ResponseStream out) throws InterruptedException {
    if (!session.awaitOpen(clock.deadline(OPEN_WITHIN), out::isCancelled)) {
      if (out.isCancelled()) {
        return;
      }
      throw ApiErrors.unavailable("the kubelet of node \"" + node + "\" has not answered in time");
    }
    LogChunk chunk = session.take(out::isCancelled);
    while (chunk != null && out.awaitReady()) {
      out.send(chunk.toByteString());
      chunk = session.take(out::isCancelled);
    }
    Status end = session.ended();
    if (!out.isCancelled() && end.getCode() != Code.OK_VALUE) {
      throw StatusProto.toStatusRuntimeException(end);
    }
  }
}
