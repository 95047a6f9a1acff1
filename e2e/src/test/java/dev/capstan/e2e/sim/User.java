package dev.capstan.e2e.sim;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectType;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import java.util.function.IntConsumer;

/**
 * Somebody at a command line who does one thing after the other in a namespace of their own, and
 * repeats each until it is certain that it is done.
 */
final class User {

  private final String name;
  private final Observer observer;
  private final UserApi own;
  private final UserDeployments deployments;
  private final UserPods pods;
  private final UserNodes nodes;

  /**
   * @param restartKubelet starts the kubelet of a node anew
   */
  User(String name, Api api, Observer observer, IntConsumer restartKubelet) {
    this.name = name;
    this.observer = observer;
    this.own = new UserApi(name, api, observer);
    this.deployments = new UserDeployments(own);
    this.pods = new UserPods(own);
    this.nodes = new UserNodes(own, restartKubelet);
  }

  /** Does what a step says. */
  void act(Step step) throws InterruptedException {
    observer.note("> " + step);
    switch (step.verb()) {
      case DEPLOY, SCALE, UPDATE, ROLLBACK, PAUSE, RESUME, UNDEPLOY, REDEPLOY ->
          deployments.act(step);
      case DELETE_PODS, REPLACE, RELEASE, ADOPT, DISCARD, POD, UNPOD, REPOD -> pods.act(step);
      case CORDON, UNCORDON, DRAIN, REJOIN, DELETE_NODE -> nodes.act(step);
      case CONFIG -> config(step);
      case UNCONFIG -> own.delete(ObjectType.CONFIG_MAP, step.text(Argument.NAME));
      case CLEAR -> clear();
      default -> throw new IllegalStateException(step.toString());
    }
  }

  /** The namespace everything is in. */
  void settleIn() throws InterruptedException {
    own.create(
        ObjectType.NAMESPACE,
        Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName(name)).build());
  }

  private void config(Step step) throws InterruptedException {
    String value = step.text(Argument.VALUE);
    ConfigMap wanted =
        ConfigMap.newBuilder().setMetadata(own.meta(step)).putData("k", value).build();
    UserApi.Attempt creation = own.creation(ObjectType.CONFIG_MAP, wanted);
    own.until(
        step.toString(),
        () -> {
          try {
            own.api()
                .configMaps()
                .namespace(name)
                .patch(step.text(Argument.NAME), "{\"data\":{\"k\":\"%s\"}}".formatted(value));
            return true;
          } catch (ApiException.NotFound e) {
            return creation.done();
          }
        });
  }

  private void clear() throws InterruptedException {
    deployments.forget();
    own.delete(ObjectType.NAMESPACE, "", name, DeleteOptions.getDefaultInstance());
    settleIn();
  }
}
