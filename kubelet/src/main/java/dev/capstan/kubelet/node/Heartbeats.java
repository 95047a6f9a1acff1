package dev.capstan.kubelet.node;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.LeaseSpec;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectType;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the leases by which nodes show that they are alive: every 10 seconds each, many nodes of
 * one process together but spread over the period. A lease that is not there is made, and one that
 * cannot be read is made anew: it says nothing that its node does not know.
 */
public final class Heartbeats implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Heartbeats.class);
  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int LEASE_SECONDS = 40;

  private final Api api;
  private final Seam seam;
  private final Predicate<String> registered;
  private final Map<String, Beat> beats = new LinkedHashMap<>();
  private boolean failing;

  /** What the next heartbeat has to do. */
  private enum Write {
    UPDATE,
    CREATE,
    DELETE
  }

  private static final class Beat {
    final NodeIdentity node;
    long due;
    Write next = Write.UPDATE;

    Beat(NodeIdentity node, long due) {
      this.node = node;
      this.due = due;
    }
  }

  /**
   * Heartbeats.
   *
   * @param registered whether a node's object is there; without it there is no heartbeat
   */
  public Heartbeats(Api api, Predicate<String> registered) {
    this.api = api.withTimeout(TIMEOUT).retryingFor(Duration.ZERO);
    this.seam = api.connection().seam();
    this.registered = registered;
  }

  /**
   * Adds a node; before {@link #run}. Its first heartbeat is due at once, the second spread over
   * the period.
   */
  public void add(NodeIdentity node) {
    beats.put(node.nodeName(), new Beat(node, seam.clock().nanoTime()));
  }

  /** Renews until interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        renew();
        seam.clock().sleep(TICK);
      }
    } catch (InterruptedException e) {
      return; // The kubelet stops.
    }
  }

  private void renew() throws InterruptedException {
    long now = seam.clock().nanoTime();
    List<Beat> due = new ArrayList<>();
    for (Beat beat : beats.values()) {
      if (beat.due - now <= 0 && registered.test(beat.node.nodeName())) {
        due.add(beat);
      }
    }
    if (due.isEmpty()) {
      return;
    }
    Batch batch = api.batch();
    for (Beat beat : due) {
      add(batch, beat);
    }
    List<Batch.Result> results = batch.send();
    for (int i = 0; i < due.size(); i++) {
      settle(due.get(i), results.get(i), now, i, due.size());
    }
  }

  private void add(Batch batch, Beat beat) {
    Lease lease = lease(beat.node);
    switch (beat.next) {
      case UPDATE -> batch.update(ObjectType.LEASE, lease);
      case CREATE -> batch.create(ObjectType.LEASE, lease);
      case DELETE ->
          batch.delete(
              ObjectType.LEASE, ObjectType.LEASE.key(lease), DeleteOptions.getDefaultInstance());
    }
  }

  private void settle(Beat beat, Batch.Result result, long now, int index, int count) {
    if (result.ok() && beat.next == Write.DELETE) {
      beat.next = Write.CREATE;
      return;
    }
    if (result.ok()) {
      note(false, "");
      // Those that were renewed together drift apart until they are spread over the period.
      long spread = count > 1 ? PERIOD.toNanos() / 2 * index / count : 0;
      beat.due = now + PERIOD.toNanos() - spread;
      beat.next = Write.UPDATE;
      return;
    }
    ApiException error = result.error().orElseThrow();
    beat.next =
        switch (error) {
          case ApiException.NotFound e -> Write.CREATE;
          case ApiException.Unreadable e -> Write.DELETE;
          default -> Write.UPDATE;
        };
    if (beat.next != Write.CREATE && !(error instanceof ApiException.AlreadyExists)) {
      note(true, error.message());
    }
  }

  private void note(boolean failed, String message) {
    if (failed != failing) {
      failing = failed;
      if (failed) {
        log.warn("heartbeat: {}", message);
      } else {
        log.info("heartbeat: renewed again");
      }
    }
  }

  private Lease lease(NodeIdentity node) {
    String name = node.nodeName();
    return Lease.newBuilder()
        .setMetadata(
            ObjectMeta.newBuilder()
                .setNamespace(WellKnown.NAMESPACE_NODE_LEASE)
                .setName(name)
                .addOwnerReferences(
                    OwnerReference.newBuilder()
                        .setApiVersion("v1")
                        .setKind("Node")
                        .setName(name)
                        .setUid(node.nodeUid())))
        .setSpec(
            LeaseSpec.newBuilder()
                .setHolderIdentity(name)
                .setLeaseDurationSeconds(LEASE_SECONDS)
                .setRenewTime(ApiTimes.of(seam.clock().now())))
        .build();
  }
}
