package dev.capstan.e2e.sim;

import com.google.protobuf.Message;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectType;
import dev.capstan.client.Resource;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The API as a careful user calls it, who has a namespace of their own: everything is repeated
 * until it is certain that it is done.
 */
final class UserApi {

  /** Marks every write, so that its author recognises it after a lost reply. */
  static final String OP = "sim.capstan.dev/op";

  /** As long the client library itself tries again what may be tried again. */
  private static final Duration RETRY = Duration.ofSeconds(2);

  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final String user;
  private final Api api;
  private final Clock clock;
  private final Observer observer;
  private int ops;

  UserApi(String user, Api api, Observer observer) {
    this.user = user;
    this.api = api.retryingFor(RETRY).withTimeout(Duration.ofSeconds(5));
    this.clock = api.connection().seam().clock();
    this.observer = observer;
  }

  /** Something that may have to be tried again. */
  interface Attempt {
    /** True when it is done. */
    boolean done() throws InterruptedException;
  }

  /** The user, and their namespace. */
  String user() {
    return user;
  }

  Api api() {
    return api;
  }

  Observer observer() {
    return observer;
  }

  /** Tries until it is done; for ever is a failure of the cluster. */
  void until(String what, Attempt attempt) throws InterruptedException {
    long deadline = clock.deadline(PATIENCE);
    while (!tried(attempt)) {
      if (clock.nanoTime() >= deadline) {
        throw new AssertionError("I6: " + user + " could not " + what + " within " + PATIENCE);
      }
      clock.sleep(AGAIN);
    }
  }

  private static boolean tried(Attempt attempt) throws InterruptedException {
    try {
      return attempt.done();
    } catch (ApiException.Unavailable | ApiException.UnknownOutcome | ApiException.Conflict e) {
      return false;
    } catch (ApiException.Unreadable e) {
      return false; // Until somebody has mended it.
    }
  }

  private String mark() {
    return user + "-" + ++ops;
  }

  static String mark(ObjectMeta meta) {
    return meta.getAnnotationsOrDefault(OP, "");
  }

  /** Name and namespace of what a step is about. */
  ObjectMeta.Builder meta(Step step) {
    return ObjectMeta.newBuilder().setNamespace(user).setName(step.text(Argument.NAME));
  }

  /** A merge patch that leaves the user's mark as well. */
  String marked(String patch) {
    return patch.substring(0, patch.length() - 1)
        + ",\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(OP, mark());
  }

  /** Creates. */
  <T extends Message> void create(ObjectType<T> type, T object) throws InterruptedException {
    until("create " + type.metadata(object).getName(), creation(type, object));
  }

  /** Attempts to create. */
  <T extends Message> Attempt creation(ObjectType<T> type, T object) {
    Resource<T> resource = resource(type, type.metadata(object).getNamespace());
    return new Creation<>(resource, type, object, this::mark);
  }

  private <T extends Message> Resource<T> resource(ObjectType<T> type, String namespace) {
    Resource<T> all = api.resource(type);
    return namespace.isEmpty() ? all : all.namespace(namespace);
  }

  static DeleteOptions cascade(String cascade) {
    String policy =
        switch (cascade) {
          case "foreground" -> "Foreground";
          case "orphan" -> "Orphan";
          default -> "Background";
        };
    return DeleteOptions.newBuilder().setPropagationPolicy(policy).build();
  }

  /** Deletes one of the user's own objects, in the background. */
  <T extends Message> void delete(ObjectType<T> type, String object) throws InterruptedException {
    delete(type, user, object, cascade("background"));
  }

  /** Deletes what is there now, by its uid, and nothing that comes later. */
  <T extends Message> void delete(
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
            resource.delete(object, ofUid(options, found));
          } catch (ApiException.NotFound e) {
            return true;
          }
          return true;
        });
  }

  private static DeleteOptions ofUid(DeleteOptions options, String uid) {
    return options.toBuilder().setPreconditions(Preconditions.newBuilder().setUid(uid)).build();
  }

  /** Waits until one of the user's own objects is gone. */
  <T extends Message> void awaitGone(ObjectType<T> type, String object)
      throws InterruptedException {
    until("see " + object + " gone", () -> resource(type, user).find(object).isEmpty());
  }

  /** The user's objects of a kind. */
  <T extends Message> List<T> list(ObjectType<T> type, ListOptions options)
      throws InterruptedException {
    List<T>[] found = newArray();
    until(
        "list " + type,
        () -> {
          found[0] = api.resource(type).namespace(user).list(options).items();
          return true;
        });
    return found[0];
  }

  @SuppressWarnings("unchecked") // An array of one, to carry a result out of a lambda.
  private static <T> List<T>[] newArray() {
    return (List<T>[]) new List<?>[] {List.of()};
  }
}
