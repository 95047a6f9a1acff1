package dev.capstan.kubelet.pod;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.api.v1.Secret;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** An API server of pods, config maps and secrets in memory; tells a kubelet of every change. */
final class FakePodApi implements PodApi {

  final ReentrantLock lock = new ReentrantLock();
  final Map<String, Pod> pods = new ConcurrentSkipListMap<>();
  final Map<String, ConfigMap> configMaps = new LinkedHashMap<>();
  final Map<String, Secret> secrets = new LinkedHashMap<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  final List<PodStatus> statuses = new CopyOnWriteArrayList<>();
  Consumer<Pod> changed = pod -> {};
  Consumer<Pod> vanished = pod -> {};
  String cluster = "cluster-1";
  boolean down;
  int statusWrites;
  private long version = 1 << 7;

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  void put(Pod pod) {
    Pod stored;
    lock.lock();
    try {
      stored = versioned(pod);
      pods.put(key(stored.getMetadata().getNamespace(), stored.getMetadata().getName()), stored);
    } finally {
      lock.unlock();
    }
    changed.accept(stored);
  }

  private Pod versioned(Pod pod) {
    version += 1 << 7;
    Pod.Builder next = pod.toBuilder();
    next.getMetadataBuilder().setResourceVersion(Long.toString(version));
    return next.build();
  }

  Pod get(String name) {
    return Objects.requireNonNull(pods.get(key("default", name)), name);
  }

  boolean has(String name) {
    return pods.containsKey(key("default", name));
  }

  /** A user asks for deletion. */
  void askDelete(String name, long grace, Instant now) {
    Pod pod = get(name);
    ObjectMeta.Builder meta =
        pod.getMetadata().toBuilder()
            .setDeletionTimestamp(ApiTimes.of(now.plusSeconds(grace)))
            .setDeletionGracePeriodSeconds(grace);
    put(pod.toBuilder().setMetadata(meta).build());
  }

  /** A user takes the object away without waiting for the node. */
  void force(String name) {
    Pod pod;
    lock.lock();
    try {
      pod = pods.remove(key("default", name));
    } finally {
      lock.unlock();
    }
    if (pod != null) {
      vanished.accept(pod);
    }
  }

  private void ask() throws ApiFault {
    if (down) {
      throw new ApiFault("down");
    }
  }

  @Override
  public Optional<Pod> find(String namespace, String name) throws ApiFault {
    ask();
    return Optional.ofNullable(pods.get(key(namespace, name)));
  }

  @Override
  public Optional<ConfigMap> configMap(String namespace, String name) throws ApiFault {
    ask();
    return Optional.ofNullable(configMaps.get(name));
  }

  @Override
  public Optional<Secret> secret(String namespace, String name) throws ApiFault {
    ask();
    return Optional.ofNullable(secrets.get(name));
  }

  @Override
  public List<StatusWrite> writeStatuses(List<Pod> wanted) {
    return wanted.stream().map(this::writeStatus).toList();
  }

  private StatusWrite writeStatus(Pod wanted) {
    if (down) {
      return new StatusWrite.Failed("down");
    }
    Pod stored = pods.get(key(wanted.getMetadata().getNamespace(), wanted.getMetadata().getName()));
    if (stored == null || !stored.getMetadata().getUid().equals(wanted.getMetadata().getUid())) {
      return new StatusWrite.Gone();
    }
    if (!stored
        .getMetadata()
        .getResourceVersion()
        .equals(wanted.getMetadata().getResourceVersion())) {
      return new StatusWrite.Stale();
    }
    statusWrites++;
    statuses.add(wanted.getStatus());
    put(stored.toBuilder().setStatus(wanted.getStatus()).build());
    Pod now = get(wanted.getMetadata().getName());
    return new StatusWrite.Written(now.getMetadata().getResourceVersion());
  }

  @Override
  public void delete(String namespace, String name, String uid) throws ApiFault {
    ask();
    Pod pod = pods.get(key(namespace, name));
    if (pod != null && pod.getMetadata().getUid().equals(uid)) {
      force(name);
    }
  }

  @Override
  public String clusterId() throws ApiFault {
    ask();
    return cluster;
  }

  @Override
  public void event(Pod pod, boolean warning, String reason, String message) {
    events.add(reason + ": " + message);
  }
}
