package dev.capstan.e2e.sim;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectType;
import dev.capstan.e2e.sim.check.Disturbance;
import dev.capstan.e2e.sim.check.Engines;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import io.grpc.Status;
import java.util.List;
import java.util.Locale;

/** Keeps from processes what they want to know. */
final class Unknowns {

  private final SimulatedCluster cluster;

  Unknowns(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  void strike(Step step) {
    switch (step.verb()) {
      case OBJECT_HIDDEN -> hide(step);
      case VALUE_DAMAGED -> damage(step);
      case READS_FAIL -> failReads(step);
      default -> throw new IllegalStateException(step.toString());
    }
  }

  private static Status answer(Step step) {
    String code = step.text(Argument.CODE).replace('-', '_').toUpperCase(Locale.ROOT);
    return Status.Code.valueOf(code).toStatus().withDescription("simulated: it cannot be read");
  }

  private void hide(Step step) {
    List<StoreKeys.Place> choice = places(step);
    if (choice.isEmpty()) {
      return;
    }
    StoreKeys.Place place = choice.get(step.number(Argument.SKIP, 0) % choice.size());
    Line line = cluster.member(step.text(Argument.ON)).line();
    cluster.counts().struck(step.verb(), step.text(Argument.ON));
    String what = step.verb().word() + " " + place.namespace() + "/" + place.name() + " from";
    cluster.observer().disturbed(Disturbance.NETWORK, step.text(Argument.ON), what);
    line.hide(place, answer(step));
    cluster.world().after(step.time(Argument.FOR), () -> line.show(place));
  }

  private List<StoreKeys.Place> places(Step step) {
    Kind kind = KindRegistry.builtin().byAlias(step.text(Argument.KIND)).orElseThrow();
    Member on = cluster.member(step.text(Argument.ON));
    List<Integer> nodes = cluster.nodesOf(on);
    if (nodes.isEmpty()) {
      return cluster.store().places(kind);
    }
    return nodes.stream()
        .flatMap(node -> cluster.engines().get(node).listed().stream())
        .filter(Engines.Listed::running)
        .map(each -> new StoreKeys.Place(kind, each.namespace(), each.pod()))
        .toList();
  }

  private void damage(Step step) {
    Kind kind = KindRegistry.builtin().byAlias(step.text(Argument.KIND)).orElseThrow();
    List<StoreKeys.Place> choice = cluster.store().places(kind);
    if (choice.isEmpty()) {
      return;
    }
    StoreKeys.Place place = choice.get(step.number(Argument.SKIP, 0) % choice.size());
    String key = StoreKeys.of(kind, place.namespace(), place.name());
    if (!cluster.store().damages().damage(key)) {
      return;
    }
    cluster.counts().struck(step.verb(), "api-server");
    cluster
        .world()
        .after(
            step.time(Argument.FOR),
            () -> {
              if (step.text(Argument.END).equals("deleted")) {
                delete(ObjectType.of(kind), place);
              }
              cluster.store().damages().mend(key);
            });
  }

  /** A user gives up what cannot be read. */
  private <T extends Message> void delete(ObjectType<T> type, StoreKeys.Place place) {
    try {
      cluster
          .users()
          .resource(type)
          .namespace(place.namespace())
          .delete(place.name(), DeleteOptions.newBuilder().setGracePeriodSeconds(0).build());
    } catch (ApiException e) {
      cluster.observer().note("! " + place + " is not deleted: " + e.message());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void failReads(Step step) {
    Line line = cluster.member(step.text(Argument.ON)).line();
    cluster.counts().struck(step.verb(), step.text(Argument.ON));
    cluster.observer().disturbed(Disturbance.NETWORK, step.text(Argument.ON), step.verb().word());
    line.failReads(answer(step));
    cluster.world().after(step.time(Argument.FOR), () -> line.failReads(null));
  }
}
