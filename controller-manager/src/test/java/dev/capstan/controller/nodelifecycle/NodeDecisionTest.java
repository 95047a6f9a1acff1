package dev.capstan.controller.nodelifecycle;

import static dev.capstan.controller.model.Things.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Taint;
import dev.capstan.api.v1.Toleration;
import dev.capstan.controller.model.Things;
import dev.capstan.controller.nodelifecycle.NodeAction.Collect;
import dev.capstan.controller.nodelifecycle.NodeAction.Evict;
import dev.capstan.controller.nodelifecycle.NodeAction.LookAgain;
import dev.capstan.controller.nodelifecycle.NodeAction.MarkNotReady;
import dev.capstan.controller.nodelifecycle.NodeAction.MarkUnknown;
import dev.capstan.controller.nodelifecycle.NodeAction.SetTaints;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeDecisionTest {

  private static final Instant NOW = START.plusSeconds(500);
  private static final Fleet HEALTHY = new Fleet(10, 1);
  private static final Fleet STRICKEN = new Fleet(10, 6);

  private static final Taint NO_EXECUTE = taint(WellKnown.TAINT_UNREACHABLE, "NoExecute");
  private static final Taint NO_SCHEDULE = taint(WellKnown.TAINT_UNREACHABLE, "NoSchedule");

  private static Taint taint(String key, String effect) {
    return Taint.newBuilder()
        .setKey(key)
        .setEffect(effect)
        .setTimeAdded(ApiTimes.seconds(NOW))
        .build();
  }

  private static Node node(String ready, Taint... taints) {
    Node.Builder node = Node.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("node-1"));
    node.getSpecBuilder().addAllTaints(List.of(taints));
    node.getStatusBuilder()
        .addConditions(Condition.newBuilder().setType("Ready").setStatus(ready))
        .addConditions(Condition.newBuilder().setType("DiskPressure").setStatus("False"));
    return node.build();
  }

  private static Pod pod(Toleration... tolerations) {
    Pod.Builder pod = Things.pod(Things.replicaSet("web", 1), "web-1").toBuilder();
    pod.getSpecBuilder().addAllTolerations(List.of(tolerations));
    return Things.ready(pod.build(), START);
  }

  private static Toleration tolerates(String key, long seconds) {
    return Toleration.newBuilder()
        .setKey(key)
        .setOperator("Exists")
        .setEffect("NoExecute")
        .setTolerationSeconds(seconds)
        .build();
  }

  private static List<NodeAction> decide(Node node, int silence, Fleet fleet, Pod... pods) {
    return decide(node, Optional.of(Duration.ofSeconds(silence)), fleet, Map.of(), pods);
  }

  private static List<NodeAction> decide(
      Node node, Optional<Duration> silence, Fleet fleet, Map<String, Duration> ages, Pod... pods) {
    return NodeDecision.decide(
        new NodeWorld(
            "node-1", Optional.of(node), () -> List.of(pods), silence, Duration.ZERO, ages, fleet),
        NodeTiming.DEFAULT,
        NOW);
  }

  private static <A> List<A> only(Class<A> type, List<NodeAction> actions) {
    return actions.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void aNodeThatIsHeardIsLeftAloneUntilItCouldBeSilent() {
    assertThat(decide(node("True"), 3, HEALTHY, pod()))
        .containsExactly(new LookAgain(Duration.ofSeconds(39)));
  }

  @ParameterizedTest
  @CsvSource({"3, 1", "500, 6"})
  void podsAreLookedAtOnlyIfSomethingMayHaveToBeDone(int silence, int silentNodes) {
    NodeWorld world =
        new NodeWorld(
            "node-1",
            Optional.of(node("True", taint("team", "NoSchedule"))),
            () -> {
              throw new AssertionError("asked for the pods");
            },
            Optional.of(Duration.ofSeconds(silence)),
            Duration.ZERO,
            Map.of(),
            new Fleet(10, silentNodes));
    assertThat(NodeDecision.decide(world, NodeTiming.DEFAULT, NOW)).isNotEmpty();
  }

  @Test
  void afterTheGraceEveryConditionIsUnknown() {
    List<MarkUnknown> marks = only(MarkUnknown.class, decide(node("True"), 40, HEALTHY));
    assertThat(marks).hasSize(1);
    assertThat(marks.getFirst().status().getConditionsList())
        .extracting(
            c -> c.getType() + " " + c.getStatus() + " " + c.getReason() + " " + c.getMessage())
        .containsExactly(
            "Ready Unknown NodeStatusUnknown Kubelet stopped posting node status.",
            "DiskPressure Unknown NodeStatusUnknown Kubelet stopped posting node status.");
    assertThat(only(MarkUnknown.class, decide(node("True"), 39, HEALTHY))).isEmpty();
  }

  @Test
  void anUnknownNodeIsTaintedForSchedulingAndForExecution() {
    assertThat(only(SetTaints.class, decide(node("Unknown"), 40, HEALTHY)))
        .extracting(SetTaints::taints)
        .containsExactly(List.of(NO_SCHEDULE, NO_EXECUTE));
  }

  @Test
  void aNodeThatIsNotReadyTakesNoNewPodsButKeepsItsOwn() {
    List<NodeAction> actions = decide(node("False"), 0, HEALTHY, pod());
    assertThat(only(SetTaints.class, actions))
        .extracting(SetTaints::taints)
        .containsExactly(List.of(taint(WellKnown.TAINT_NOT_READY, "NoSchedule")));
    assertThat(only(Evict.class, actions)).isEmpty();
  }

  @Test
  void recoveryTakesTheTaintsAwayAndLeavesTheUsers() {
    Taint users = taint("team", "NoSchedule");
    assertThat(
            only(SetTaints.class, decide(node("True", users, NO_SCHEDULE, NO_EXECUTE), 0, HEALTHY)))
        .extracting(SetTaints::taints)
        .containsExactly(List.of(users));
  }

  @Test
  void taintsThatAreThereKeepTheirTime() {
    Taint old = NO_EXECUTE.toBuilder().setTimeAdded(ApiTimes.of(START)).build();
    assertThat(only(SetTaints.class, decide(node("Unknown", NO_SCHEDULE, old), 41, HEALTHY)))
        .isEmpty();
  }

  @Test
  void podsOfASilentNodeAreNotReadyAndGoAfterTheEvictionTime() {
    Node silent = node("Unknown", NO_SCHEDULE, NO_EXECUTE);
    List<NodeAction> before = decide(silent, 69, HEALTHY, pod());
    assertThat(only(Evict.class, before)).isEmpty();
    assertThat(only(MarkNotReady.class, before)).hasSize(1);
    assertThat(only(LookAgain.class, before)).containsExactly(new LookAgain(Duration.ofSeconds(1)));
    assertThat(only(Evict.class, decide(silent, 70, HEALTHY, pod()))).hasSize(1);
  }

  /** One that may stay for ever, by the number, keeps none of the others there. */
  @Test
  void aTimeThatIsTooLongToAddToIsLong() {
    Node silent = node("Unknown", NO_SCHEDULE, NO_EXECUTE);
    Pod stays = pod(tolerates(WellKnown.TAINT_UNREACHABLE, Long.MAX_VALUE));
    assertThat(only(Evict.class, decide(silent, 70, HEALTHY, stays, pod()))).hasSize(1);
  }

  @Test
  void whileOverHalfOfTheNodesAreSilentNoPodIsTouched() {
    List<NodeAction> actions =
        decide(node("Unknown", NO_SCHEDULE, NO_EXECUTE), 500, STRICKEN, pod());
    assertThat(actions).containsExactly(new LookAgain(NodeTiming.DEFAULT.probe()));
  }

  @ParameterizedTest
  @CsvSource({"1,1,false", "2,1,true", "3,1,true", "3,2,false", "10,5,true", "10,6,false"})
  void exactlyHalfIsNotMoreThanHalf(int nodes, int silent, boolean spare) {
    assertThat(new Fleet(nodes, silent).maySpareNodes()).isEqualTo(spare);
  }

  @Test
  void whileTheOwnViewIsNotFreshNobodyIsJudged() {
    assertThat(decide(node("True"), Optional.empty(), HEALTHY, Map.of(), pod()))
        .containsExactly(new LookAgain(NodeTiming.DEFAULT.probe()));
    Node silent = node("Unknown", NO_SCHEDULE, NO_EXECUTE);
    assertThat(decide(silent, Optional.empty(), HEALTHY, Map.of(), pod()))
        .containsExactly(new LookAgain(NodeTiming.DEFAULT.probe()));
  }

  @Test
  void aPodStaysOnASilentNodeAsLongAsItTolerates() {
    Node silent = node("Unknown", NO_SCHEDULE, NO_EXECUTE);
    Pod patient = pod(tolerates(WellKnown.TAINT_UNREACHABLE, 300));
    assertThat(only(Evict.class, decide(silent, 339, HEALTHY, patient))).isEmpty();
    assertThat(only(Evict.class, decide(silent, 340, HEALTHY, patient))).hasSize(1);
    Pod hasty = pod(tolerates(WellKnown.TAINT_UNREACHABLE, 5));
    assertThat(only(Evict.class, decide(silent, 69, HEALTHY, hasty))).isEmpty();
    Pod forEver = pod(Toleration.newBuilder().setOperator("Exists").build());
    assertThat(only(Evict.class, decide(silent, 99999, HEALTHY, forEver))).isEmpty();
  }

  @Test
  void aUsersTaintMovesPodsAtOnceOrAfterWhatTheyTolerate() {
    Taint users = taint("maintenance", "NoExecute");
    Map<String, Duration> age = new LinkedHashMap<>();
    age.put(Taints.id(users), Duration.ofSeconds(50));
    Optional<Duration> heard = Optional.of(Duration.ZERO);
    assertThat(only(Evict.class, decide(node("True", users), heard, STRICKEN, age, pod())))
        .hasSize(1);
    Pod patient = pod(tolerates("maintenance", 60));
    List<NodeAction> waiting = decide(node("True", users), heard, HEALTHY, age, patient);
    assertThat(only(Evict.class, waiting)).isEmpty();
    assertThat(waiting).contains(new LookAgain(Duration.ofSeconds(10)));
    age.put(Taints.id(users), Duration.ofSeconds(60));
    assertThat(only(Evict.class, decide(node("True", users), heard, HEALTHY, age, patient)))
        .hasSize(1);
  }

  @Test
  void podsThatAreGoingOrDoneAreNotEvicted() {
    Pod.Builder done = pod().toBuilder();
    done.getStatusBuilder().setPhase("Succeeded");
    Node silent = node("Unknown", NO_SCHEDULE, NO_EXECUTE);
    assertThat(only(Evict.class, decide(silent, 100, HEALTHY, done.build(), Things.going(pod()))))
        .isEmpty();
  }

  private static List<NodeAction> missing(int seconds, Pod... pods) {
    return NodeDecision.decide(
        new NodeWorld(
            "node-1",
            Optional.empty(),
            () -> List.of(pods),
            Optional.empty(),
            Duration.ofSeconds(seconds),
            Map.of(),
            HEALTHY),
        NodeTiming.DEFAULT,
        NOW);
  }

  @Test
  void podsOfANodeThatDoesNotExistAreCollectedAfterTheQuarantine() {
    assertThat(missing(39, pod())).containsExactly(new LookAgain(Duration.ofSeconds(1)));
    Pod going = Things.going(pod());
    assertThat(missing(40, pod(), going)).containsExactly(new Collect(pod()), new Collect(going));
    assertThat(missing(100)).isEmpty();
  }

  /** Every state of Ready against every kind of silence: what is done with the node itself. */
  @ParameterizedTest
  @CsvSource({
    // ready, silence, marked, tainted with
    "True,    0,  false, ''",
    "True,    39, false, ''",
    "True,    40, true,  ''",
    "False,   0,  false, not-ready",
    "False,   40, true,  ''",
    "Unknown, 0,  false, unreachable",
    "Unknown, 40, false, unreachable",
    "True,    -1, false, ''",
    "False,   -1, false, not-ready",
    "Unknown, -1, false, unreachable",
  })
  void readyAgainstSilence(String ready, int silence, boolean marked, String taint) {
    Optional<Duration> known =
        silence < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(silence));
    List<NodeAction> actions = decide(node(ready), known, HEALTHY, Map.of());
    assertThat(only(MarkUnknown.class, actions)).hasSize(marked ? 1 : 0);
    List<String> keys = new ArrayList<>();
    only(SetTaints.class, actions)
        .forEach(set -> set.taints().forEach(each -> keys.add(each.getKey())));
    if (taint.isEmpty()) {
      assertThat(keys).isEmpty();
    } else {
      assertThat(keys).isNotEmpty().allMatch(key -> key.equals("node.kubernetes.io/" + taint));
    }
  }
}
