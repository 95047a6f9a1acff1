package dev.capstan.controller.namespace;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.Change;
import dev.capstan.controller.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what is in a namespace, and carries out what {@link NamespaceDecision} decided. */
public final class NamespaceApply {

  private final Cluster cluster;
  private final KindRegistry kinds;
  private Optional<ApiException> refusal = Optional.empty();

  public NamespaceApply(Cluster cluster, KindRegistry kinds) {
    this.cluster = cluster;
    this.kinds = kinds;
  }

  /**
   * The namespace with all its content, of every kind there is. What the server refuses to list is
   * noted and not taken for empty.
   */
  public NamespaceWorld read(Namespace namespace) throws InterruptedException {
    List<NamespaceWorld.Content> content = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (Kind kind : kinds.kinds()) {
      if (kind.namespaced()) {
        try {
          content.add(list(ObjectType.of(kind.prototype()), namespace.getMetadata().getName()));
        } catch (ApiException.Unreadable | ApiException.Denied | ApiException.Internal e) {
          unread.add(kind.resource() + ": " + e.message());
          refusal = Optional.of(e);
        }
      }
    }
    return new NamespaceWorld(namespace, List.copyOf(content), List.copyOf(unread));
  }

  /** Why something could not be read, if it could not. */
  public Optional<ApiException> refusal() {
    return refusal;
  }

  private <T extends Message> NamespaceWorld.Content list(ObjectType<T> type, String namespace)
      throws InterruptedException {
    return new NamespaceWorld.Content(
        type, cluster.list(type, namespace).stream().map(type::metadata).toList());
  }

  public void apply(Namespace namespace, List<NamespaceAction> actions)
      throws InterruptedException {
    for (NamespaceAction action : actions) {
      switch (action) {
        case NamespaceAction.DeleteContent(var type, var objects) ->
            cluster.write(objects.stream().map(meta -> delete(type, meta)).toList());
        case NamespaceAction.SetConditions(var conditions) -> status(namespace, conditions);
        case NamespaceAction.Finish ignored -> finish(namespace);
        case NamespaceAction.LookAgain ignored -> {}
      }
    }
  }

  private static Change delete(ObjectType<?> type, ObjectMeta meta) {
    return new Change.Delete(
        type,
        Change.key(meta),
        DeleteOptions.newBuilder()
            .setPreconditions(Change.sameObject(meta))
            .setPropagationPolicy("Background")
            .build());
  }

  private void status(Namespace namespace, List<Condition> conditions) throws InterruptedException {
    Namespace.Builder fresh = namespace.toBuilder();
    fresh.getStatusBuilder().clearConditions().addAllConditions(conditions);
    cluster.write(List.of(new Change.UpdateStatus<>(ObjectType.NAMESPACE, fresh.build())));
  }

  /**
   * On the version that was read: it carries the deletionTimestamp, without which nothing may go.
   */
  private void finish(Namespace namespace) throws InterruptedException {
    Namespace.Builder fresh = namespace.toBuilder();
    List<String> left =
        namespace.getSpec().getFinalizersList().stream()
            .filter(each -> !each.equals(WellKnown.FINALIZER_NAMESPACE))
            .toList();
    fresh.getSpecBuilder().clearFinalizers().addAllFinalizers(left);
    cluster.write(List.of(new Change.Update<>(ObjectType.NAMESPACE, fresh.build())));
  }
}
