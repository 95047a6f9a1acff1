package dev.capstan.e2e.sim;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.client.ApiException;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectType;
import dev.capstan.client.Resource;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a user does to deployments. */
final class UserDeployments {

  private static final String IMAGE =
      """
      {"spec":{"template":{"spec":{"containers":[{"name":"main","image":"%s"}]}}}}\
      """;

  private final UserApi own;
  private final Map<String, Step> deployed = new LinkedHashMap<>();

  UserDeployments(UserApi own) {
    this.own = own;
  }

  void act(Step step) throws InterruptedException {
    switch (step.verb()) {
      case DEPLOY -> deploy(step);
      case SCALE -> patch(step, "{\"spec\":{\"replicas\":%s}}", step.text(Argument.REPLICAS));
      case UPDATE -> patch(step, IMAGE, step.text(Argument.IMAGE));
      case ROLLBACK -> rollback(step);
      case PAUSE -> patch(step, "{\"spec\":{\"paused\":%s}}", "true");
      case RESUME -> patch(step, "{\"spec\":{\"paused\":%s}}", "false");
      case UNDEPLOY -> undeploy(step.text(Argument.NAME), step.text(Argument.CASCADE));
      case REDEPLOY -> redeploy(step);
      default -> throw new IllegalStateException(step.toString());
    }
  }

  /** There are none any more. */
  void forget() {
    deployed.clear();
  }

  private Resource<Deployment> all() {
    return own.api().deployments().namespace(own.user());
  }

  private void deploy(Step step) throws InterruptedException {
    deployed.put(step.text(Argument.NAME), step);
    own.create(ObjectType.DEPLOYMENT, Objects.deployment(step, own.meta(step)));
  }

  private void patch(Step step, String form, String value) throws InterruptedException {
    String marked = own.marked(form.formatted(value));
    own.until(
        step.toString(),
        () -> {
          Deployment written = all().patch(step.text(Argument.NAME), marked);
          Onlooker.from(own.api(), written.getMetadata().getResourceVersion());
          return true;
        });
  }

  /** Waits until the controllers have seen the present template: else "before" means nothing. */
  private void rollback(Step step) throws InterruptedException {
    String name = step.text(Argument.NAME);
    awaitObserved(name);
    long generation = get(name).getMetadata().getGeneration();
    own.until(
        step.toString(),
        () -> {
          if (get(name).getMetadata().getGeneration() != generation) {
            return true; // The attempt whose reply was lost.
          }
          try {
            own.api()
                .rollback(
                    RollbackRequest.newBuilder().setNamespace(own.user()).setName(name).build());
          } catch (ApiException.NotFound | ApiException.Precondition e) {
            own.observer().note("nothing to roll back to: " + e.message());
          }
          return true;
        });
  }

  private void awaitObserved(String name) throws InterruptedException {
    own.until(
        "see " + name + " observed",
        () -> {
          Deployment now = all().get(name);
          return now.getStatus().getObservedGeneration() >= now.getMetadata().getGeneration();
        });
  }

  private Deployment get(String name) throws InterruptedException {
    Deployment[] found = new Deployment[1];
    own.until(
        "get " + name,
        () -> {
          found[0] = all().get(name);
          return true;
        });
    return found[0];
  }

  private void undeploy(String name, String cascade) throws InterruptedException {
    own.delete(ObjectType.DEPLOYMENT, own.user(), name, UserApi.cascade(cascade));
    if (cascade.equals("orphan")) {
      collectOrphans(name);
    }
  }

  /** What an orphaning deletion left is deleted by hand, as its user would. */
  private void collectOrphans(String name) throws InterruptedException {
    own.awaitGone(ObjectType.DEPLOYMENT, name);
    ListOptions its = ListOptions.labels(Objects.APP + "=" + name);
    for (var set : own.list(ObjectType.REPLICA_SET, its)) {
      own.delete(ObjectType.REPLICA_SET, set.getMetadata().getName());
    }
  }

  private void redeploy(Step step) throws InterruptedException {
    String name = step.text(Argument.NAME);
    Step first = deployed.get(name);
    if (first != null) {
      own.delete(ObjectType.DEPLOYMENT, name);
      deploy(first);
    }
  }
}
