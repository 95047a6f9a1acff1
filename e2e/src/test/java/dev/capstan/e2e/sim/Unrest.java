package dev.capstan.e2e.sim;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import java.util.List;
import java.util.stream.Stream;

/** What a cluster that is left alone still has to do, as far as users can see. */
final class Unrest {

  /** What is wrong with objects of one kind. */
  private interface Look {
    /** In words; empty if nothing. */
    String at(Api api) throws InterruptedException;
  }

  private static final List<Look> LOOKS =
      List.of(Unrest::namespaces, Unrest::deployments, Unrest::pods, Unrest::nodes);

  private Unrest() {}

  /** What is not as it should be yet, in words; empty if nothing. */
  static String of(Api api) throws InterruptedException {
    try {
      for (Look look : LOOKS) {
        String unrest = look.at(api);
        if (!unrest.isEmpty()) {
          return unrest;
        }
      }
      return "";
    } catch (ApiException e) {
      return "the API does not answer: " + e.message();
    }
  }

  private static String namespaces(Api api) throws InterruptedException {
    return first(
        api.namespaces().list().items().stream()
            .filter(namespace -> namespace.getMetadata().hasDeletionTimestamp())
            .map(namespace -> "namespace " + namespace.getMetadata().getName() + " is going"));
  }

  private static String deployments(Api api) throws InterruptedException {
    return first(
        api.deployments().list().items().stream()
            .filter(deployment -> !isDone(deployment))
            .map(deployment ->
                "deployment %s: wants %d, has %s"
                    .formatted(
                        deployment.getMetadata().getName(),
                        deployment.getSpec().getReplicas(),
                        line(deployment.getStatus()))));
  }

  private static String pods(Api api) throws InterruptedException {
    return first(
        api.pods().list().items().stream()
            .filter(pod -> !isWell(pod))
            .map(pod ->
                "pod %s on '%s': %s"
                    .formatted(
                        pod.getMetadata().getName(),
                        pod.getSpec().getNodeName(),
                        line(pod.getStatus()))));
  }

  private static String nodes(Api api) throws InterruptedException {
    return first(
        api.nodes().list().items().stream()
            .filter(Unrest::isTainted)
            .map(node -> "node " + node.getMetadata().getName() + " is tainted"));
  }

  private static boolean isTainted(Node node) {
    return node.getSpec().getTaintsList().stream()
        .anyMatch(taint -> taint.getKey().startsWith("node.kubernetes.io"));
  }

  private static String first(Stream<String> words) {
    return words.findFirst().orElse("");
  }

  private static String line(Object status) {
    return status.toString().replaceAll("\\s+", " ");
  }

  private static boolean isDone(Deployment deployment) {
    int wanted = deployment.getSpec().getReplicas();
    return !deployment.getMetadata().hasDeletionTimestamp()
        && deployment.getStatus().getObservedGeneration()
            >= deployment.getMetadata().getGeneration()
        && deployment.getStatus().getReplicas() == wanted
        && deployment.getStatus().getUpdatedReplicas() == wanted
        && deployment.getStatus().getAvailableReplicas() == wanted;
  }

  private static boolean isWell(Pod pod) {
    // Refused by its node, and replaced by who has made it: nothing is left to do about it.
    if (pod.getStatus().getPhase().equals("Failed")
        && pod.getMetadata().getOwnerReferencesCount() > 0) {
      return !pod.getMetadata().hasDeletionTimestamp();
    }
    return !pod.getMetadata().hasDeletionTimestamp()
        && pod.getStatus().getConditionsList().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }
}
