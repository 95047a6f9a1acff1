package dev.capstan.kubelet.node;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeStatus;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectType;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the statuses of nodes true: writes one only when it differs from what is stored, which also
 * puts right what the node lifecycle controller wrote while the node was silent.
 */
public final class NodeReporter implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(NodeReporter.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final Api api;
  private final Seam seam;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Reported> nodes = new LinkedHashMap<>();
  private boolean look = true;

  /** Asks a node how it is; may take seconds. */
  @FunctionalInterface
  public interface Examination {
    NodeHealth examine() throws InterruptedException;
  }

  private static final class Reported {
    final NodeProfile profile;
    final Examination examination;
    @Nullable Node stored;

    Reported(NodeProfile profile, Examination examination, Node stored) {
      this.profile = profile;
      this.examination = examination;
      this.stored = stored;
    }
  }

  public NodeReporter(Api api) {
    this.api = api;
    this.seam = api.connection().seam();
  }

  /** Adds a node; before {@link #run}. */
  public void add(NodeProfile profile, Node stored, Examination examination) {
    nodes.put(profile.name(), new Reported(profile, examination, stored));
  }

  /** The node as the API has it. Does not block. */
  public void observe(Node node) {
    update(node.getMetadata().getName(), node);
  }

  /** The node's object is gone: somebody deleted it. */
  public void vanished(String name) {
    update(name, null);
  }

  private void update(String name, @Nullable Node node) {
    lock.lock();
    try {
      Reported reported = nodes.get(name);
      if (reported != null) {
        reported.stored = node;
        look = true;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** True while the node's object is there. */
  public boolean isRegistered(String name) {
    lock.lock();
    try {
      Reported reported = nodes.get(name);
      return reported != null && reported.stored != null;
    } finally {
      lock.unlock();
    }
  }

  /** Reports until interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        report();
        await();
      }
    } catch (InterruptedException e) {
      return; // The kubelet stops; the node becomes Unknown when its lease runs out.
    }
  }

  private void await() throws InterruptedException {
    long deadline = seam.clock().deadline(PERIOD);
    lock.lockInterruptibly();
    try {
      while (!look && seam.clock().awaitUntil(lock, changed, deadline)) {
        continue;
      }
      look = false;
    } finally {
      lock.unlock();
    }
  }

  private void report() throws InterruptedException {
    List<Node> writes = new ArrayList<>();
    for (Reported reported : List.copyOf(nodes.values())) {
      NodeHealth health = reported.examination.examine();
      Node stored = stored(reported);
      if (stored == null) {
        continue;
      }
      NodeStatus status =
          NodeStatuses.of(
              reported.profile, health, stored.getStatus(), ApiTimes.of(seam.clock().now()));
      if (!status.equals(stored.getStatus())) {
        writes.add(stored.toBuilder().setStatus(status).build());
      }
    }
    write(writes);
  }

  private @Nullable Node stored(Reported reported) {
    lock.lock();
    try {
      return reported.stored;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A refused write is made again on the next occasion: when the cache has the newer node, or after
   * the period.
   */
  private void write(List<Node> writes) throws InterruptedException {
    if (writes.isEmpty()) {
      return;
    }
    Batch batch = api.batch();
    writes.forEach(node -> batch.updateStatus(ObjectType.NODE, node));
    List<Batch.Result> results = batch.send();
    for (int i = 0; i < writes.size(); i++) {
      Node node = writes.get(i);
      Batch.Result result = results.get(i);
      if (result.ok()) {
        written(node, result.resourceVersion());
      } else if (!(result.error().orElseThrow() instanceof ApiException.Conflict)) {
        log.warn(
            "status of node {}: {}",
            node.getMetadata().getName(),
            result.error().orElseThrow().message());
      }
    }
  }

  private void written(Node node, String version) {
    Node.Builder now = node.toBuilder();
    now.getMetadataBuilder().setResourceVersion(version);
    lock.lock();
    try {
      Reported reported = nodes.get(node.getMetadata().getName());
      if (reported != null
          && reported.stored != null
          && ResourceVersions.compare(reported.stored.getMetadata().getResourceVersion(), version)
              < 0) {
        reported.stored = now.build();
      }
    } finally {
      lock.unlock();
    }
  }
}
