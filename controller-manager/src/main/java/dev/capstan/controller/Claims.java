package dev.capstan.controller;

import com.google.protobuf.Message;
import dev.capstan.api.LabelSelectors;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which children an owner has, should take and should let go, as Kubernetes' ControllerRefManager
 * decides it.
 *
 * @param kept children it manages and selects
 * @param adopt children nobody manages that it selects
 * @param release children it manages but does not select any more
 */
public record Claims<T extends Message>(List<T> kept, List<T> adopt, List<T> release) {

  /** What labels a child may have for the owner to keep it; one that is going lets none go. */
  public static Predicate<Map<String, String>> keeps(ObjectMeta owner, LabelSelector selector) {
    return owner.hasDeletionTimestamp() ? labels -> true : LabelSelectors.compile(selector);
  }

  /** Sorts out candidates; those of other owners are left alone. */
  public static <T extends Message> Claims<T> of(
      ObjectMeta owner, LabelSelector selector, List<T> candidates, Function<T, ObjectMeta> meta) {
    Predicate<Map<String, String>> keeps = keeps(owner, selector);
    boolean ownerGoing = owner.hasDeletionTimestamp();
    List<T> kept = new ArrayList<>();
    List<T> adopt = new ArrayList<>();
    List<T> release = new ArrayList<>();
    for (T candidate : candidates) {
      ObjectMeta child = meta.apply(candidate);
      String controller = Owners.controllerUid(child);
      boolean fits = keeps.test(child.getLabelsMap());
      if (controller.equals(owner.getUid())) {
        if (fits) {
          kept.add(candidate);
        } else {
          release.add(candidate);
        }
      } else if (controller.isEmpty() && fits && !ownerGoing && !child.hasDeletionTimestamp()) {
        adopt.add(candidate);
      }
    }
    return new Claims<>(List.copyOf(kept), List.copyOf(adopt), List.copyOf(release));
  }
}
