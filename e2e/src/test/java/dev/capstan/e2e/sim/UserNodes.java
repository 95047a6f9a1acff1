package dev.capstan.e2e.sim;

import dev.capstan.api.v1.Pod;
import dev.capstan.client.ApiException;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectType;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import java.util.function.IntConsumer;

/** What a user does to nodes. */
final class UserNodes {

  private final UserApi own;
  private final IntConsumer restartKubelet;

  /**
   * @param restartKubelet starts the kubelet of a node anew
   */
  UserNodes(UserApi own, IntConsumer restartKubelet) {
    this.own = own;
    this.restartKubelet = restartKubelet;
  }

  void act(Step step) throws InterruptedException {
    int number = step.number(Argument.NODE);
    String node = "node-" + number;
    switch (step.verb()) {
      case CORDON -> cordon(node, true);
      case UNCORDON -> cordon(node, false);
      case DRAIN -> drain(node);
      case DELETE_NODE -> delete(node);
      case REJOIN -> {
        delete(node);
        restartKubelet.accept(number);
      }
      default -> throw new IllegalStateException(step.toString());
    }
  }

  private void cordon(String node, boolean on) throws InterruptedException {
    own.until(
        (on ? "cordon " : "uncordon ") + node,
        () -> {
          try {
            own.api().nodes().patch(node, "{\"spec\":{\"unschedulable\":%s}}".formatted(on));
            return true;
          } catch (ApiException.NotFound e) {
            return false; // Not registered yet.
          }
        });
  }

  private void drain(String node) throws InterruptedException {
    cordon(node, true);
    own.observer().disturbedByUser(node);
    for (Pod pod : own.list(ObjectType.POD, ListOptions.fields("spec.nodeName=" + node))) {
      if (pod.getMetadata().getOwnerReferencesCount() > 0) {
        own.delete(ObjectType.POD, pod.getMetadata().getName());
      }
    }
  }

  private void delete(String node) throws InterruptedException {
    own.observer().disturbedByUser(node);
    own.delete(ObjectType.NODE, "", node, UserApi.cascade("background"));
  }
}
