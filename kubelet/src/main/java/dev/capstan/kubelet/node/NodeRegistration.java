package dev.capstan.kubelet.node;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectType;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers nodes: creates their objects, or adopts those that are there. */
public final class NodeRegistration {

  private static final Logger log = LoggerFactory.getLogger(NodeRegistration.class);

  /** How soon what was refused is tried again. */
  static final Duration AGAIN = Duration.ofSeconds(2);

  private final Api api;
  private final Clock clock;
  private final Map<String, String> told = new HashMap<>();

  public NodeRegistration(Api api) {
    this.api = api;
    this.clock = api.connection().seam().clock();
  }

  /** Goes on until all are registered. Returns the objects by name. */
  public Map<String, Node> register(List<NodeProfile> profiles) throws InterruptedException {
    Map<String, Node> registered = new LinkedHashMap<>();
    List<NodeProfile> left = new ArrayList<>(profiles);
    while (true) {
      left = attempt(left, node -> registered.put(node.getMetadata().getName(), node));
      if (left.isEmpty()) {
        return registered;
      }
      clock.sleep(AGAIN);
    }
  }

  /**
   * Tries once.
   *
   * @param registered takes the object of each node that is registered now
   * @return those that are not
   */
  List<NodeProfile> attempt(List<NodeProfile> profiles, Consumer<Node> registered)
      throws InterruptedException {
    Batch creates = api.batch().returningObjects();
    profiles.forEach(profile -> creates.create(ObjectType.NODE, profile.node()));
    List<Batch.Result> results = creates.send();
    List<NodeProfile> left = new ArrayList<>();
    List<NodeProfile> there = new ArrayList<>();
    for (int i = 0; i < profiles.size(); i++) {
      Batch.Result result = results.get(i);
      NodeProfile profile = profiles.get(i);
      if (result.ok()) {
        told.remove(profile.name());
        registered.accept(result.object(ObjectType.NODE));
      } else if (result.error().orElseThrow() instanceof ApiException.AlreadyExists) {
        there.add(profile);
      } else {
        tell(profile.name(), result.error().orElseThrow().message());
        left.add(profile);
      }
    }
    left.addAll(adopt(there, registered));
    return left;
  }

  /** Once, as long as it is the same. */
  private void tell(String node, String why) {
    if (!why.equals(told.put(node, why))) {
      log.warn("node {} is not registered yet: {}", node, why);
    }
  }

  /** Labels and range are the kubelet's; whatever else users have put on a node stays. */
  private List<NodeProfile> adopt(List<NodeProfile> profiles, Consumer<Node> registered)
      throws InterruptedException {
    Batch patches = api.batch().returningObjects();
    for (NodeProfile profile : profiles) {
      patches.patch(
          ObjectType.NODE,
          PatchRequest.newBuilder().setName(profile.name()).setMergePatch(patch(profile)).build());
    }
    List<Batch.Result> results = patches.send();
    List<NodeProfile> left = new ArrayList<>();
    for (int i = 0; i < profiles.size(); i++) {
      Batch.Result result = results.get(i);
      if (result.ok()) {
        told.remove(profiles.get(i).name());
        registered.accept(result.object(ObjectType.NODE));
      } else {
        tell(profiles.get(i).name(), result.error().orElseThrow().message());
        left.add(profiles.get(i));
      }
    }
    return left;
  }

  private static String patch(NodeProfile profile) {
    StringBuilder labels = new StringBuilder();
    profile
        .labels()
        .forEach((key, value) ->
            labels
                .append(labels.isEmpty() ? "" : ",")
                .append(quote(key))
                .append(':')
                .append(quote(value)));
    return "{\"metadata\":{\"labels\":{"
        + labels
        + "}},\"spec\":{\"podCIDR\":"
        + quote(profile.range().toString())
        + "}}";
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
