package dev.capstan.e2e.sim.check;

import com.google.protobuf.Message;
import io.grpc.Status;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A call as its client sees it. */
public final class Call {

  private static final List<String> BESIDES = List.of("Lease", "Event", "Node");

  private final String client;
  private final Role role;
  private final String method;
  private final Message request;
  private final List<Want> wants;
  private final long beganAt;
  private final long beganNanos;
  private @Nullable Message response;
  private @Nullable Status status;
  private String reason = "";

  /**
   * @param method service and method without the package, e.g. "Pods/Create"
   * @param ops the writes it asks for; none for a read
   * @param beganAt the newest revision when it was sent
   */
  Call(
      String client,
      Role role,
      String method,
      Message request,
      List<Op> ops,
      long beganAt,
      long beganNanos) {
    this.client = client;
    this.role = role;
    this.method = method;
    this.request = request;
    this.wants = ops.stream().map(op -> new Want(this, op)).toList();
    this.beganAt = beganAt;
    this.beganNanos = beganNanos;
  }

  String client() {
    return client;
  }

  Role role() {
    return role;
  }

  String method() {
    return method;
  }

  Message request() {
    return request;
  }

  List<Want> wants() {
    return wants;
  }

  long beganAt() {
    return beganAt;
  }

  long beganNanos() {
    return beganNanos;
  }

  /** True if it asks for a write of this kind, e.g. "status", but of a lease, event or node. */
  public boolean asksFor(String what) {
    return wants.stream()
        .map(Want::op)
        .anyMatch(op -> !BESIDES.contains(op.kind().name()) && op.isCalled(what));
  }

  /**
   * The keys of what its writes of a kind (all if empty) are about, and the nodes of bindings; none
   * for leases, events and nodes.
   */
  public Set<String> about(String what) {
    Set<String> keys = new LinkedHashSet<>();
    for (Want want : wants) {
      Op op = want.op();
      if (!BESIDES.contains(op.kind().name()) && (what.isEmpty() || op.isCalled(what))) {
        keys.add(op.key());
        op.node().ifPresent(keys::add);
      }
    }
    return keys;
  }

  void end(@Nullable Message answer, Status outcome, String word) {
    response = answer;
    status = outcome;
    reason = word;
  }

  /** Null while it is under way, and if it failed. */
  @Nullable Message response() {
    return response;
  }

  /** What the client was told; UNKNOWN while it is under way. */
  Status.Code code() {
    return status == null ? Status.Code.UNKNOWN : status.getCode();
  }

  /** The API's word for what went wrong; empty if it did not say. */
  String reason() {
    return reason;
  }

  @Override
  public String toString() {
    return client + ": " + method;
  }
}
