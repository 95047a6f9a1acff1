package dev.capstan.controller.garbage;

import com.google.protobuf.Message;
import dev.capstan.api.v1.ObjectReference;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.Change;
import dev.capstan.controller.Cluster;
import dev.capstan.controller.Written;
import dev.capstan.controller.model.ModelCluster;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A model of the cluster that keeps what it was asked, and refuses deletions on order. */
final class RecordingCluster implements Cluster {

  private final ModelCluster model;
  private final List<String> reads = new ArrayList<>();
  private final List<Integer> calls = new ArrayList<>();
  private final Set<String> refused = new HashSet<>();
  private boolean comesAgain;

  RecordingCluster(ModelCluster model) {
    this.model = model;
  }

  /** Names of what was read, in order. */
  List<String> reads() {
    return reads;
  }

  /** How many writes travelled together, call by call. */
  List<Integer> calls() {
    return calls;
  }

  /** Deletions of this object are refused for good. */
  void refuse(String name) {
    refused.add(name);
  }

  /** Whether the runner would come again because of the writes since this was asked last. */
  boolean comesAgain() {
    boolean answer = comesAgain;
    comesAgain = false;
    return answer;
  }

  @Override
  public List<Written> write(List<? extends Change> changes) {
    if (changes.isEmpty()) {
      return List.of();
    }
    calls.add(changes.size());
    List<Written> results = new ArrayList<>();
    for (Change change : changes) {
      results.add(isRefused(change) ? new Written.Refused("no") : write(change));
    }
    comesAgain = true;
    return results;
  }

  private boolean isRefused(Change change) {
    return change instanceof Change.Delete delete && refused.contains(delete.key().name());
  }

  private Written write(Change change) {
    return model.write(List.of(change)).getFirst();
  }

  @Override
  public <T extends Message> Optional<T> get(ObjectType<T> type, ObjectKey key) {
    reads.add(key.name());
    return model.get(type, key);
  }

  @Override
  public <T extends Message> List<T> list(ObjectType<T> type, String namespace) {
    return model.list(type, namespace);
  }

  @Override
  public void event(ObjectReference about, EventType type, String reason, String message) {
    model.event(about, type, reason, message);
  }
}
