package dev.capstan.e2e.sim;

import com.google.protobuf.Message;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectType;
import dev.capstan.client.Resource;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Somebody at a command line who does one thing after the other in a namespace of their own, and
 * repeats each until it is certain that it is done.
 */
final class User {

  /** Marks every write, so that its author recognises it after a lost reply. */
  static final String OP = "sim.capstan.dev/op";

  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String RELEASED = "released-from";

  private final String name;
  private final Api api;
  private final Clock clock;
  private final Observer observer;
  private final IntConsumer restartKubelet;
  private final Map<String, Step> deployed = new LinkedHashMap<>();
  private int ops;

  /**
   * @param restartKubelet starts the kubelet of a node anew
   */
  User(String name, Api api, Observer observer, IntConsumer restartKubelet) {
    this.restartKubelet = restartKubelet;
    this.name = name;
    this.api = api.retryingFor(Duration.ZERO).withTimeout(Duration.ofSeconds(5));
    this.clock = api.connection().seam().clock();
    this.observer = observer;
  }

  /** Something that may have to be tried again. */
  private interface Attempt {
    /** True when it is done. */
    boolean done() throws InterruptedException;
  }

  private void until(String what, Attempt attempt) throws InterruptedException {
    long deadline = clock.deadline(PATIENCE);
    while (!tried(attempt)) {
      if (clock.nanoTime() >= deadline) {
        throw new AssertionError("I6: " + name + " could not " + what + " within " + PATIENCE);
      }
      clock.sleep(AGAIN);
    }
  }

  private static boolean tried(Attempt attempt) throws InterruptedException {
    try {
      return attempt.done();
    } catch (ApiException.Unavailable | ApiException.UnknownOutcome | ApiException.Conflict e) {
      return false;
    }
  }

  /** Does what a step says. */
  void act(Step step) throws InterruptedException {
    observer.note("> " + step);
    switch (step.verb()) {
      case DEPLOY -> deploy(step);
      case SCALE -> patch(step, "{\"spec\":{\"replicas\":%s}}", step.text(Argument.REPLICAS));
      case UPDATE -> patch(step, image(), step.text(Argument.IMAGE));
      case ROLLBACK -> rollback(step);
      case PAUSE -> patch(step, "{\"spec\":{\"paused\":%s}}", "true");
      case RESUME -> patch(step, "{\"spec\":{\"paused\":%s}}", "false");
      case UNDEPLOY -> undeploy(step, step.text(Argument.CASCADE));
      case REDEPLOY -> redeploy(step);
      case DELETE_PODS -> deletePods(step);
      case RELEASE -> release(step);
      case ADOPT -> adopt(step);
      case DISCARD -> discard(step);
      case POD -> create(ObjectType.POD, Objects.pod(step, meta(step)));
      case UNPOD -> delete(ObjectType.POD, name, step.text(Argument.NAME), options("background"));
      case REPOD -> repod(step);
      case CONFIG -> config(step);
      case UNCONFIG ->
          delete(ObjectType.CONFIG_MAP, name, step.text(Argument.NAME), options("background"));
      case CLEAR -> clear();
      case CORDON -> cordon(step, true);
      case UNCORDON -> cordon(step, false);
      case DRAIN -> drain(step);
      case REJOIN -> rejoin(step);
      default -> throw new IllegalStateException(step.toString());
    }
  }

  private static String image() {
    return """
    {"spec":{"template":{"spec":{"containers":[{"name":"main","image":"%s"}]}}}}\
    """;
  }

  private String mark() {
    return name + "-" + ++ops;
  }

  private ObjectMeta.Builder meta(Step step) {
    return ObjectMeta.newBuilder()
        .setNamespace(name)
        .setName(step.text(Argument.NAME))
        .putAnnotations(OP, mark());
  }

  /** The namespace everything is in. */
  void settleIn() throws InterruptedException {
    create(
        ObjectType.NAMESPACE,
        Namespace.newBuilder()
            .setMetadata(ObjectMeta.newBuilder().setName(name).putAnnotations(OP, mark()))
            .build());
  }

  private void deploy(Step step) throws InterruptedException {
    deployed.put(step.text(Argument.NAME), step);
    create(ObjectType.DEPLOYMENT, Objects.deployment(step, meta(step)));
  }

  /** Creates; one that is there already is waited for to go, unless it is this very one. */
  private <T extends Message> void create(ObjectType<T> type, T object)
      throws InterruptedException {
    ObjectMeta wanted = type.metadata(object);
    Resource<T> resource = resource(type, wanted.getNamespace());
    until(
        "create " + wanted.getName(),
        () -> {
          try {
            resource.create(object);
            return true;
          } catch (ApiException.AlreadyExists e) {
            Optional<T> there = resource.find(wanted.getName());
            return there.isPresent() && mark(type.metadata(there.get())).equals(mark(wanted));
          } catch (ApiException.Precondition | ApiException.NotFound e) {
            return false; // The namespace is going, or not there yet.
          }
        });
  }

  private <T extends Message> Resource<T> resource(ObjectType<T> type, String namespace) {
    Resource<T> all = api.resource(type);
    return namespace.isEmpty() ? all : all.namespace(namespace);
  }

  private static String mark(ObjectMeta meta) {
    return meta.getAnnotationsOrDefault(OP, "");
  }

  private void patch(Step step, String form, String value) throws InterruptedException {
    String patch = form.formatted(value);
    String marked =
        patch.substring(0, patch.length() - 1)
            + ",\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(OP, mark());
    until(
        step.toString(),
        () -> {
          Deployment written =
              api.deployments().namespace(name).patch(step.text(Argument.NAME), marked);
          Onlooker.from(api, written.getMetadata().getResourceVersion());
          return true;
        });
  }

  /** Waits until the controllers have seen the present template: else "before" means nothing. */
  private void rollback(Step step) throws InterruptedException {
    String deployment = step.text(Argument.NAME);
    awaitObserved(deployment);
    long generation = deployment(deployment).getMetadata().getGeneration();
    until(
        step.toString(),
        () -> {
          if (deployment(deployment).getMetadata().getGeneration() != generation) {
            return true; // The attempt whose reply was lost.
          }
          try {
            api.rollback(
                RollbackRequest.newBuilder().setNamespace(name).setName(deployment).build());
          } catch (ApiException.NotFound | ApiException.Precondition e) {
            observer.note("nothing to roll back to: " + e.message());
          }
          return true;
        });
  }

  private void awaitObserved(String deployment) throws InterruptedException {
    until(
        "see " + deployment + " observed",
        () -> {
          Deployment now = api.deployments().namespace(name).get(deployment);
          return now.getStatus().getObservedGeneration() >= now.getMetadata().getGeneration();
        });
  }

  private Deployment deployment(String deployment) throws InterruptedException {
    Deployment[] found = new Deployment[1];
    until(
        "get " + deployment,
        () -> {
          found[0] = api.deployments().namespace(name).get(deployment);
          return true;
        });
    return found[0];
  }

  private static DeleteOptions options(String cascade) {
    String policy =
        switch (cascade) {
          case "foreground" -> "Foreground";
          case "orphan" -> "Orphan";
          default -> "Background";
        };
    return DeleteOptions.newBuilder().setPropagationPolicy(policy).build();
  }

  /** Deletes what is there now, by its uid, and nothing that comes later. */
  private <T extends Message> void delete(
      ObjectType<T> type, String namespace, String object, DeleteOptions options)
      throws InterruptedException {
    Resource<T> resource = resource(type, namespace);
    String[] uid = new String[1];
    until(
        "delete " + object,
        () -> {
          Optional<T> there = resource.find(object);
          if (there.isEmpty()) {
            return true;
          }
          String found = type.metadata(there.get()).getUid();
          uid[0] = uid[0] == null ? found : uid[0];
          if (!uid[0].equals(found)) {
            return true;
          }
          try {
            resource.delete(
                object,
                options.toBuilder()
                    .setPreconditions(Preconditions.newBuilder().setUid(found))
                    .build());
          } catch (ApiException.NotFound e) {
            return true;
          }
          return true;
        });
  }

  private void undeploy(Step step, String cascade) throws InterruptedException {
    delete(ObjectType.DEPLOYMENT, name, step.text(Argument.NAME), options(cascade));
    if (cascade.equals("orphan")) {
      collectOrphans(step.text(Argument.NAME));
    }
  }

  /** What an orphaning deletion left is deleted by hand, as its user would. */
  private void collectOrphans(String deployment) throws InterruptedException {
    awaitGone(ObjectType.DEPLOYMENT, name, deployment);
    ListOptions its = ListOptions.labels(Objects.APP + "=" + deployment);
    for (var set : list(ObjectType.REPLICA_SET, its)) {
      delete(ObjectType.REPLICA_SET, name, set.getMetadata().getName(), options("background"));
    }
  }

  private <T extends Message> void awaitGone(ObjectType<T> type, String namespace, String object)
      throws InterruptedException {
    until("see " + object + " gone", () -> resource(type, namespace).find(object).isEmpty());
  }

  private void redeploy(Step step) throws InterruptedException {
    Step first = deployed.get(step.text(Argument.NAME));
    if (first != null) {
      delete(ObjectType.DEPLOYMENT, name, step.text(Argument.NAME), options("background"));
      deploy(first);
    }
  }

  private void repod(Step step) throws InterruptedException {
    Pod pod = Objects.pod(step, meta(step));
    delete(ObjectType.POD, name, step.text(Argument.NAME), options("background"));
    create(ObjectType.POD, pod);
  }

  private <T extends Message> List<T> list(ObjectType<T> type, ListOptions options)
      throws InterruptedException {
    List<T>[] found = newArray();
    until(
        "list " + type,
        () -> {
          found[0] = api.resource(type).namespace(name).list(options).items();
          return true;
        });
    return found[0];
  }

  @SuppressWarnings("unchecked") // An array of one, to carry a result out of a lambda.
  private static <T> List<T>[] newArray() {
    return (List<T>[]) new List<?>[] {List.of()};
  }

  private List<Pod> pods(String deployment) throws InterruptedException {
    return list(ObjectType.POD, ListOptions.labels(Objects.APP + "=" + deployment));
  }

  private void deletePods(Step step) throws InterruptedException {
    List<Pod> pods = pods(step.text(Argument.NAME));
    for (Pod pod : pods.subList(0, Math.min(pods.size(), step.number(Argument.COUNT)))) {
      observer.disturbedByUser(name + "/" + step.text(Argument.NAME));
      delete(ObjectType.POD, name, pod.getMetadata().getName(), options("background"));
    }
  }

  private void release(Step step) throws InterruptedException {
    String deployment = step.text(Argument.NAME);
    for (Pod pod : pods(deployment)) {
      if (!pod.getMetadata().hasDeletionTimestamp()) {
        observer.disturbedByUser(name + "/" + deployment);
        relabel(pod, null, deployment);
        return;
      }
    }
  }

  private void adopt(Step step) throws InterruptedException {
    String deployment = step.text(Argument.NAME);
    for (Pod pod : list(ObjectType.POD, ListOptions.labels(RELEASED + "=" + deployment))) {
      relabel(pod, deployment, null);
    }
  }

  /** A pod whose ReplicaSet is gone finds nobody who adopts it. */
  private void discard(Step step) throws InterruptedException {
    ListOptions ever = ListOptions.labels(RELEASED + "=" + step.text(Argument.NAME));
    until(
        "see released pods let go",
        () ->
            api.pods().namespace(name).list(ever).items().stream()
                .allMatch(pod -> pod.getMetadata().getOwnerReferencesCount() == 0));
    String deployment = step.text(Argument.NAME) + "-";
    for (Pod pod : list(ObjectType.POD, ListOptions.ALL)) {
      ObjectMeta meta = pod.getMetadata();
      if (meta.getOwnerReferencesCount() == 0 && meta.getName().startsWith(deployment)) {
        delete(ObjectType.POD, name, meta.getName(), options("background"));
      }
    }
  }

  private void relabel(Pod pod, @Nullable String app, @Nullable String released)
      throws InterruptedException {
    String patch =
        "{\"metadata\":{\"labels\":{\"%s\":%s,\"%s\":%s}}}"
            .formatted(Objects.APP, quoted(app), RELEASED, quoted(released));
    until(
        "relabel " + pod.getMetadata().getName(),
        () -> {
          try {
            api.pods().namespace(name).patch(pod.getMetadata().getName(), patch);
          } catch (ApiException.NotFound e) {
            observer.note("the pod is gone");
          }
          return true;
        });
  }

  private static String quoted(@Nullable String text) {
    return text == null ? "null" : "\"" + text + "\"";
  }

  private void config(Step step) throws InterruptedException {
    String value = step.text(Argument.VALUE);
    String config = step.text(Argument.NAME);
    ConfigMap wanted = ConfigMap.newBuilder().setMetadata(meta(step)).putData("k", value).build();
    until(
        step.toString(),
        () -> {
          try {
            api.configMaps()
                .namespace(name)
                .patch(config, "{\"data\":{\"k\":\"%s\"}}".formatted(value));
          } catch (ApiException.NotFound e) {
            api.configMaps().namespace(name).create(wanted);
          } catch (ApiException.AlreadyExists e) {
            return false; // A lost reply's: patch it.
          }
          return true;
        });
  }

  private void clear() throws InterruptedException {
    deployed.clear();
    delete(ObjectType.NAMESPACE, "", name, DeleteOptions.getDefaultInstance());
    settleIn();
  }

  private void cordon(Step step, boolean on) throws InterruptedException {
    String node = "node-" + step.text(Argument.NODE);
    until(
        step.toString(),
        () -> {
          try {
            api.nodes().patch(node, "{\"spec\":{\"unschedulable\":%s}}".formatted(on));
            return true;
          } catch (ApiException.NotFound e) {
            return false; // Not registered yet.
          }
        });
  }

  private void drain(Step step) throws InterruptedException {
    cordon(step, true);
    String node = "node-" + step.text(Argument.NODE);
    observer.disturbedByUser(node);
    List<Pod> pods = list(ObjectType.POD, ListOptions.fields("spec.nodeName=" + node));
    for (Pod pod : pods) {
      if (pod.getMetadata().getOwnerReferencesCount() > 0) {
        delete(ObjectType.POD, name, pod.getMetadata().getName(), options("background"));
      }
    }
  }

  /** Its object goes, and its machine starts anew: only then does a kubelet register its node. */
  private void rejoin(Step step) throws InterruptedException {
    int node = step.number(Argument.NODE);
    observer.disturbedByUser("node-" + node);
    delete(ObjectType.NODE, "", "node-" + node, options("background"));
    restartKubelet.accept(node);
  }
}
