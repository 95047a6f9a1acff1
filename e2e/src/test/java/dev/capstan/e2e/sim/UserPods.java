package dev.capstan.e2e.sim;

import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.ApiException;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectType;
import dev.capstan.client.Resource;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a user does to pods: those of a deployment, and some that nobody manages. */
final class UserPods {

  private static final String RELEASED = "released-from";

  private static final DeleteOptions AT_ONCE =
      DeleteOptions.newBuilder().setGracePeriodSeconds(0).build();

  private final UserApi own;

  UserPods(UserApi own) {
    this.own = own;
  }

  void act(Step step) throws InterruptedException {
    String name = step.text(Argument.NAME);
    switch (step.verb()) {
      case DELETE_PODS -> deleteSome(name, step.number(Argument.COUNT));
      case REPLACE -> replace(name, step.number(Argument.COUNT));
      case RELEASE -> release(name);
      case ADOPT -> adopt(name);
      case DISCARD -> discard(name);
      case POD -> own.create(ObjectType.POD, Objects.pod(step, own.meta(step)));
      case UNPOD -> own.delete(ObjectType.POD, name);
      case REPOD -> repod(step);
      default -> throw new IllegalStateException(step.toString());
    }
  }

  private Resource<Pod> all() {
    return own.api().pods().namespace(own.user());
  }

  private void repod(Step step) throws InterruptedException {
    Pod pod = Objects.pod(step, own.meta(step));
    own.delete(ObjectType.POD, step.text(Argument.NAME));
    if (step.find(Argument.FORCE).isPresent()) {
      own.api().connection().seam().clock().sleep(step.time(Argument.FORCE));
      own.delete(ObjectType.POD, own.user(), step.text(Argument.NAME), AT_ONCE);
    }
    own.create(ObjectType.POD, pod);
  }

  /** All go, and all come again as they were made, but that nobody owns them. */
  private void replace(String deployment, int count) throws InterruptedException {
    List<Pod> pods =
        of(deployment).stream()
            .filter(pod -> !pod.getMetadata().hasDeletionTimestamp())
            .limit(count)
            .toList();
    for (Pod pod : pods) {
      disturb(deployment);
      own.delete(ObjectType.POD, pod.getMetadata().getName());
    }
    for (Pod pod : pods) {
      own.create(ObjectType.POD, Objects.anew(pod));
    }
  }

  private List<Pod> of(String deployment) throws InterruptedException {
    return own.list(ObjectType.POD, ListOptions.labels(Objects.APP + "=" + deployment));
  }

  private void disturb(String deployment) {
    own.observer().disturbedByUser(own.user() + "/" + deployment);
  }

  private void deleteSome(String deployment, int count) throws InterruptedException {
    List<Pod> pods = of(deployment);
    for (Pod pod : pods.subList(0, Math.min(pods.size(), count))) {
      disturb(deployment);
      own.delete(ObjectType.POD, pod.getMetadata().getName());
    }
  }

  private void release(String deployment) throws InterruptedException {
    for (Pod pod : of(deployment)) {
      if (!pod.getMetadata().hasDeletionTimestamp()) {
        disturb(deployment);
        relabel(pod, null, deployment);
        return;
      }
    }
  }

  private static ListOptions releasedFrom(String deployment) {
    return ListOptions.labels(RELEASED + "=" + deployment);
  }

  private void adopt(String deployment) throws InterruptedException {
    for (Pod pod : own.list(ObjectType.POD, releasedFrom(deployment))) {
      relabel(pod, deployment, null);
    }
  }

  /** A pod whose ReplicaSet is gone finds nobody who adopts it. */
  private void discard(String deployment) throws InterruptedException {
    own.until(
        "see released pods let go",
        () ->
            all().list(releasedFrom(deployment)).items().stream()
                .allMatch(pod -> pod.getMetadata().getOwnerReferencesCount() == 0));
    for (Pod pod : own.list(ObjectType.POD, ListOptions.ALL)) {
      ObjectMeta meta = pod.getMetadata();
      if (meta.getOwnerReferencesCount() == 0 && meta.getName().startsWith(deployment + "-")) {
        own.delete(ObjectType.POD, meta.getName());
      }
    }
  }

  private void relabel(Pod pod, @Nullable String app, @Nullable String released)
      throws InterruptedException {
    String name = pod.getMetadata().getName();
    String patch =
        "{\"metadata\":{\"labels\":{\"%s\":%s,\"%s\":%s}}}"
            .formatted(Objects.APP, quoted(app), RELEASED, quoted(released));
    own.until(
        "relabel " + name,
        () -> {
          try {
            all().patch(name, patch);
          } catch (ApiException.NotFound e) {
            own.observer().note("the pod is gone");
          }
          return true;
        });
  }

  private static String quoted(@Nullable String text) {
    return text == null ? "null" : "\"" + text + "\"";
  }
}
