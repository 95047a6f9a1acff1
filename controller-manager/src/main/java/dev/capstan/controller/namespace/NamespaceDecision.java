package dev.capstan.controller.namespace;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Decides how a namespace that is being deleted is emptied. */
public final class NamespaceDecision {

  static final String CONTENT = "NamespaceContentRemaining";
  static final String FAILURE = "NamespaceDeletionContentFailure";
  static final String FINALIZERS = "NamespaceFinalizersRemaining";

  /** Between looks at what is going. */
  static final Duration PERIOD = Duration.ofSeconds(1);

  private NamespaceDecision() {}

  /** True if the namespace is being deleted and its controller has not let it go. */
  public static boolean isDue(Namespace namespace) {
    return namespace.getMetadata().hasDeletionTimestamp()
        && namespace.getSpec().getFinalizersList().contains(WellKnown.FINALIZER_NAMESPACE);
  }

  /** What to do now; empty for a namespace that is not being deleted. */
  public static List<NamespaceAction> decide(NamespaceWorld world, Instant now) {
    if (!isDue(world.namespace())) {
      return List.of();
    }
    boolean empty = world.content().stream().allMatch(content -> content.objects().isEmpty());
    if (empty && world.unread().isEmpty()) {
      return List.of(new NamespaceAction.Finish());
    }
    List<NamespaceAction> actions = new ArrayList<>();
    for (NamespaceWorld.Content content : world.content()) {
      List<ObjectMeta> staying =
          content.objects().stream().filter(meta -> !meta.hasDeletionTimestamp()).toList();
      if (!staying.isEmpty()) {
        actions.add(new NamespaceAction.DeleteContent(content.type(), staying));
      }
    }
    List<Condition> conditions = conditions(world, now);
    if (!conditions.equals(world.namespace().getStatus().getConditionsList())) {
      actions.add(new NamespaceAction.SetConditions(conditions));
    }
    actions.add(new NamespaceAction.LookAgain(PERIOD));
    return List.copyOf(actions);
  }

  /** Kubernetes' conditions, reasons and messages. */
  private static List<Condition> conditions(NamespaceWorld world, Instant now) {
    String remaining =
        world.content().stream()
            .filter(content -> !content.objects().isEmpty())
            .map(c -> c.resource() + " has " + c.objects().size() + " resource instances")
            .collect(Collectors.joining(", "));
    List<Condition> conditions =
        Conditions.with(
            world.namespace().getStatus().getConditionsList(),
            CONTENT,
            WellKnown.TRUE,
            "SomeResourcesRemain",
            "Some resources are remaining: " + remaining,
            ApiTimes.seconds(now));
    conditions = failure(world, conditions, now);
    String finalizers = finalizers(world);
    boolean some = !finalizers.isEmpty();
    return Conditions.with(
        conditions,
        FINALIZERS,
        some ? WellKnown.TRUE : WellKnown.FALSE,
        some ? "SomeFinalizersRemain" : "ContentHasNoFinalizers",
        some
            ? "Some content in the namespace has finalizers remaining: " + finalizers
            : "All content-preserving finalizers finished",
        ApiTimes.seconds(now));
  }

  /** Said once it was true. */
  private static List<Condition> failure(
      NamespaceWorld world, List<Condition> conditions, Instant now) {
    boolean failed = !world.unread().isEmpty();
    if (!failed && Conditions.find(conditions, FAILURE).isEmpty()) {
      return conditions;
    }
    return Conditions.with(
        conditions,
        FAILURE,
        failed ? WellKnown.TRUE : WellKnown.FALSE,
        failed ? "ContentDeletionFailed" : "ContentDeleted",
        failed
            ? "Failed to delete all resource types: " + String.join("; ", world.unread())
            : "All content successfully deleted, may be waiting on finalization",
        ApiTimes.seconds(now));
  }

  private static String finalizers(NamespaceWorld world) {
    Map<String, Integer> counts = new TreeMap<>();
    world.content().stream()
        .flatMap(content -> content.objects().stream())
        .flatMap(meta -> meta.getFinalizersList().stream())
        .forEach(finalizer -> counts.merge(finalizer, 1, Integer::sum));
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + " in " + entry.getValue() + " resource instances")
        .collect(Collectors.joining(", "));
  }
}
