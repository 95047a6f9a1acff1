package dev.capstan.e2e.sim;

import com.google.protobuf.Message;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.e2e.sim.check.Call;
import dev.capstan.e2e.sim.check.Checks;
import dev.capstan.e2e.sim.check.Disturbance;
import dev.capstan.e2e.sim.check.InvariantBroken;
import dev.capstan.e2e.sim.check.Setup;
import dev.capstan.e2e.sim.check.StreamLog;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kvstore.KvStore;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the checks, and the account of who did what, of everything at the moment it happens. */
final class Observer {

  private final Simulation sim;
  private final Checks checks;
  private final Account account;
  private Consumer<List<KvStore.Change>> afterCommit = changes -> {};
  private long lastChange;

  Observer(Simulation sim, boolean withAccount) {
    this.sim = sim;
    this.account = new Account(withAccount);
    this.checks = new Checks(Setup.standard(), account::broken);
  }

  /** Asks to be told of every commit. */
  void afterCommit(Consumer<List<KvStore.Change>> then) {
    afterCommit = then;
  }

  Checks checks() {
    return checks;
  }

  Account account() {
    return account;
  }

  private long now() {
    return sim.elapsed().toNanos();
  }

  /** The first broken invariant, if there is one. */
  @Nullable InvariantBroken broken() {
    return checks.broken();
  }

  /** When something was last changed that is neither a heartbeat nor an event. */
  long lastChange() {
    return lastChange;
  }

  private static boolean matters(KvStore.Change change) {
    String key = change.key();
    return key.startsWith("/capstan/v1/")
        && !key.startsWith("/capstan/v1/leases/")
        && !key.startsWith("/capstan/v1/events/");
  }

  void committed(long revision, List<KvStore.Change> changes) {
    if (changes.stream().anyMatch(Observer::matters)) {
      lastChange = now();
    }
    account.committed(now(), revision, changes);
    checks.committed(revision, changes, now());
    afterCommit.accept(changes);
  }

  /** Somebody has written to the store behind the API server's back. */
  void tampered(long revision, KvStore.Change change, String what) {
    account.note(now(), "! the value of " + change.key() + " " + what);
    sim.note(change.key() + " " + what);
    checks.disturbed(Disturbance.OTHER, change.key(), now());
    checks.committed(revision, List.of(change), now());
  }

  Call began(String client, String method, Message request) {
    return checks.began(client, method, request, now());
  }

  void served(
      String client, String method, Message request, @Nullable Message response, Status status) {
    account.served(client, method, response);
    checks.served(client, method, request, response, status, now());
  }

  void ended(Call call, @Nullable Message response, Status status, String reason) {
    checks.ended(call, response, status, reason, now());
  }

  StreamLog opened(String client, String method, ResourceWatchRequest request) {
    return checks.opened(client, method, request, now());
  }

  void started(String node, ContainerRef c) {
    account.note(now(), "container " + c.namespace() + "/" + c.pod() + " runs on " + node);
    checks.containerStarted(node, c.namespace(), c.pod(), c.podUid(), c.container(), now());
  }

  /** A kubelet ends a container that runs. */
  void stopped(String node, ContainerRef c) {
    account.note(now(), "container " + c.namespace() + "/" + c.pod() + " is stopped on " + node);
    checks.containerStopped(node, c.namespace(), c.pod(), c.podUid(), c.container(), now());
  }

  void ended(String node, ContainerRef c) {
    account.note(now(), "container " + c.namespace() + "/" + c.pod() + " ended on " + node);
    checks.containerEnded(node, c.namespace(), c.pod(), c.podUid(), c.container(), now());
  }

  /** Something went wrong that is nobody's fault but the world's. */
  void disturbed(Disturbance kind, String subject, String what) {
    account.note(now(), "! " + what + " " + subject);
    sim.note(what + " " + subject);
    checks.disturbed(kind, subject, now());
  }

  /** A user does on purpose what takes pods away. */
  void disturbedByUser(String subject) {
    checks.disturbed(Disturbance.USER, subject, now());
  }

  /** Says something in the account of the run. */
  void note(String text) {
    account.note(now(), text);
  }
}
