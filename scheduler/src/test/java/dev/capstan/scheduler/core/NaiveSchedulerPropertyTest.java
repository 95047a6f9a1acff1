package dev.capstan.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.scheduler.core.Decision.Bind;
import dev.capstan.scheduler.core.Decision.Unschedulable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Classes, ranks and the change log must decide just as a scheduler would that knows none of them
 * and rates every node for every pod.
 */
class NaiveSchedulerPropertyTest {

  private static final long SECOND = 1_000_000_000L;

  /** Everything observed, and the naive way to decide. */
  private static final class Naive {
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, Pod> placed = new LinkedHashMap<>();

    String bestNode(Pod pod) {
      PodNeeds needs = PodNeeds.of(pod);
      String best = "";
      long bestScore = Long.MIN_VALUE;
      for (Node node : nodes.values()) {
        NodeState state = state(node);
        long score = Scores.of(needs, state);
        if (PodClass.obstacles(needs, state).isEmpty() && score > bestScore) {
          best = state.name();
          bestScore = score;
        }
      }
      return best;
    }

    private NodeState state(Node node) {
      NodeState state = new NodeState(node.getMetadata().getName());
      state.observe(node);
      for (Pod pod : placed.values()) {
        if (pod.getSpec().getNodeName().equals(state.name())) {
          state.add(PodNeeds.of(pod));
        }
      }
      return state;
    }
  }

  private final Naive naive = new Naive();
  private final SchedulingCore core = new SchedulingCore();
  private final Map<String, Pod> pending = new LinkedHashMap<>();
  private int names;

  @Property(tries = 150)
  void decidesAsANaiveSchedulerDoes(@ForAll long seed) {
    NaiveSchedulerPropertyTest run = new NaiveSchedulerPropertyTest();
    Random random = new Random(seed);
    for (int i = 0; i < 4; i++) {
      run.addNode(random);
    }
    for (int step = 1; step <= 40; step++) {
      run.disturb(random);
      run.decideAndCompare(step * 20L * SECOND, random);
    }
  }

  private void addNode(Random random) {
    Node node =
        Fixtures.node(
            "n" + random.nextInt(8), 1 + random.nextInt(4) + "", 1 + random.nextInt(4) + "Gi", 6);
    if (random.nextInt(4) == 0) {
      node =
          Fixtures.tainted(node, "t", "", random.nextBoolean() ? "NoSchedule" : "PreferNoSchedule");
    }
    if (random.nextInt(5) == 0) {
      node = Fixtures.cordoned(node);
    }
    if (random.nextInt(2) == 0) {
      node = Fixtures.labelled(node, "disk", "ssd");
    }
    naive.nodes.put(node.getMetadata().getName(), node);
    core.observe(node);
  }

  private void disturb(Random random) {
    switch (random.nextInt(6)) {
      case 0 -> addNode(random);
      case 1 -> {
        if (!naive.nodes.isEmpty()) {
          String name =
              naive.nodes.keySet().stream()
                  .skip(random.nextInt(naive.nodes.size()))
                  .findFirst()
                  .orElseThrow();
          naive.nodes.remove(name);
          core.removeNode(name);
        }
      }
      case 2 -> {
        if (!naive.placed.isEmpty()) {
          String uid = naive.placed.keySet().iterator().next();
          naive.placed.remove(uid);
          core.removePod(uid);
        }
      }
      default -> addPods(random);
    }
  }

  private void addPods(Random random) {
    Pod template =
        Fixtures.pod("t", 100 * random.nextInt(12) + "m", 64 * random.nextInt(12) + "Mi");
    template =
        random.nextBoolean() ? Fixtures.ownedBy(template, "rs" + random.nextInt(3)) : template;
    template = random.nextInt(4) == 0 ? Fixtures.tolerating(template, "t") : template;
    template = random.nextInt(4) == 0 ? Fixtures.selecting(template, "disk", "ssd") : template;
    template = random.nextInt(6) == 0 ? Fixtures.withHostPort(template, 80) : template;
    template = Fixtures.withPriority(template, random.nextInt(2));
    for (int i = random.nextInt(5); i >= 0; i--) {
      Pod.Builder pod = template.toBuilder();
      String name = "p" + names++;
      pod.getMetadataBuilder().setName(name).setUid("uid-" + name);
      pending.put("uid-" + name, pod.build());
      core.observe(pod.build());
    }
  }

  private void decideAndCompare(long now, Random random) {
    for (Decision decision : core.decide(now, 1 + random.nextInt(6))) {
      Pod pod = Objects.requireNonNull(pending.get(decision.pod().uid()));
      String expected = naive.bestNode(pod);
      switch (decision) {
        case Bind bind -> {
          assertThat(bind.node()).isEqualTo(expected);
          pending.remove(bind.pod().uid());
          naive.placed.put(bind.pod().uid(), Fixtures.bound(pod, bind.node()));
          if (random.nextBoolean()) {
            core.observe(Fixtures.bound(pod, bind.node()));
          }
        }
        case Unschedulable unschedulable ->
            assertThat(expected).as(unschedulable.message()).isEmpty();
      }
    }
    assertNobodyWaitsInVain(now);
  }

  /**
   * A pod that waits for a change must really have no node: a missed wake-up would leave it pending
   * for ever.
   */
  private void assertNobodyWaitsInVain(long now) {
    if (!core.hasWork(now + 20 * SECOND) && core.nextDue().isEmpty()) {
      for (Pod pod : List.copyOf(pending.values())) {
        assertThat(naive.bestNode(pod)).as("node for waiting %s", pod).isEmpty();
      }
    }
  }
}
