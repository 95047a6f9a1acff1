package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A random user: mostly deployments, run, scaled, updated, rolled back, paused, deleted in every
 * way; some pods without owner; nodes taken out and put back. In the end everything fits on the
 * nodes that are not cordoned and nothing is paused or broken, so that there is one end state.
 */
final class Workload extends Script {

  private static final List<String> IMAGES = List.of("app:1", "app:2", "app:3", "web:1", "web:2");
  private static final List<String> BAD_IMAGES = List.of("app:broken", "app:missing");

  /** Millicores of a node of the simulation. */
  private static final int NODE_CPU = 4000;

  /** Of pods that are made anew, by the theme PODS; with all else the largest still has room. */
  private static final List<Integer> POD_CPUS = List.of(100, 100, 1000, 1500, 2000, 2500);

  /** Nodes with a kubelet of their own. */
  private static final int MACHINES = 3;

  private final Theme theme;
  private final boolean alone;
  private final int nodes;
  private final Map<String, Deployed> deployments = new LinkedHashMap<>();
  private final List<String> pods = new ArrayList<>();
  private final Set<String> released = new LinkedHashSet<>();
  private final List<String> configs = new ArrayList<>();
  private final List<Integer> cordoned = new ArrayList<>();
  private final PodsAnew podsAnew = new PodsAnew(this);
  private int names;

  private static final class Deployed {
    private final int cpu;
    private int replicas;
    private int image;
    private boolean recreate;
    private boolean paused;
    private boolean broken;
    private boolean released;
    private int templates = 1;

    Deployed(int cpu, int replicas) {
      this.cpu = cpu;
      this.replicas = replicas;
    }
  }

  /**
   * @param alone whether there is no other user
   */
  Workload(
      SplittableRandom random,
      Theme theme,
      String user,
      boolean alone,
      int nodes,
      Duration length) {
    super(random, user, length);
    this.theme = theme;
    this.alone = alone;
    this.nodes = nodes;
  }

  List<Step> steps(int count) {
    deploy();
    for (int i = 1; i < count; i++) {
      pass();
      one();
    }
    pass();
    leaveInOrder();
    return written();
  }

  private void one() {
    if (deployments.isEmpty()) {
      deploy();
      return;
    }
    Map.Entry<String, Deployed> chosen = any(List.copyOf(deployments.entrySet()));
    String name = chosen.getKey();
    Deployed it = chosen.getValue();
    if (theme == Theme.PODS && chance(60)) {
      pod();
      return;
    }
    if (theme == Theme.ANEW && chance(75)) {
      anew(name, it);
      return;
    }
    if (theme == Theme.MACHINES && chance(25)) {
      rejoin(name, it);
      return;
    }
    if (theme == Theme.HASTE && chance(70)) {
      changeMinds(name, it);
      return;
    }
    switch (random.nextInt(24)) {
      case 0 -> deploy();
      case 1, 2, 3 -> scale(name, it);
      case 4, 5, 6, 7 -> update(name, it);
      case 8, 9 -> rollback(name, it);
      case 10 -> pause(name, it);
      case 11 -> undeploy(name);
      case 12, 13 -> add(step(Verb.REDEPLOY).with(Argument.NAME, name));
      case 14 ->
          add(
              step(Verb.DELETE_PODS)
                  .with(Argument.NAME, name)
                  .with(Argument.COUNT, random.nextInt(1, 4)));
      case 15 -> releaseOrAdopt(name, it);
      case 16, 17 -> pod();
      case 18 -> config();
      case 19 -> clear();
      case 20 -> cordon();
      default -> fill(name, it);
    }
  }

  /** Some pods of a deployment, shortly after it has got another size or template; or others. */
  private void anew(String name, Deployed it) {
    if (chance(65)) {
      podsAnew.some();
      return;
    }
    if (chance(50)) {
      scale(name, it);
    } else {
      update(name, it);
    }
    soon(1, 400);
    add(step(Verb.REPLACE).with(Argument.NAME, name).with(Argument.COUNT, random.nextInt(1, 6)));
    released.add(name);
  }

  private void deploy() {
    if (deployments.size() >= (theme.crowded() ? 1 : 2)) {
      return;
    }
    String name = "d" + names++;
    int cpu = chance(30) ? 1000 : random.nextInt(1, 6) * 100;
    cpu = theme.crowded() ? theme == Theme.PODS ? 500 : 100 : cpu;
    int replicas = Math.min(random.nextInt(1, 7), room(cpu));
    int surge = theme == Theme.HASTE && chance(40) ? 0 : random.nextInt(0, 3);
    int unavailable = surge == 0 ? random.nextInt(1, 3) : random.nextInt(0, 2);
    Step.Builder step =
        step(Verb.DEPLOY)
            .with(Argument.NAME, name)
            .with(Argument.REPLICAS, replicas)
            .with(Argument.CPU, cpu)
            .with(Argument.IMAGE, IMAGES.getFirst());
    boolean recreate = chance(theme == Theme.HASTE ? 30 : 15);
    if (recreate) {
      step.with(Argument.STRATEGY, "Recreate");
    } else {
      step.with(Argument.SURGE, surge).with(Argument.UNAVAILABLE, unavailable);
    }
    if (chance(40)) {
      step.with(Argument.MIN_READY, random.nextInt(1, 4));
    }
    if (chance(20)) {
      step.with(Argument.HISTORY, random.nextInt(1, 4));
    }
    if (chance(30)) {
      step.with(Argument.PRIORITY, random.nextInt(1, 1000));
    }
    add(step);
    Deployed it = new Deployed(cpu, replicas);
    it.recreate = recreate;
    deployments.put(name, it);
  }

  /** Often while pods are on their way to the machine. */
  private void rejoin(String name, Deployed it) {
    if (chance(40)) {
      scale(name, it);
    } else if (chance(50)) {
      add(step(Verb.DELETE_PODS).with(Argument.NAME, name).with(Argument.COUNT, 3));
    }
    soon(1, 300);
    add(step(Verb.REJOIN).with(Argument.NODE, random.nextInt(Math.min(nodes, MACHINES))));
  }

  /** One change after the other, between two images above all, before any of them is done. */
  private void changeMinds(String name, Deployed it) {
    int count = random.nextInt(2, 5);
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2, 3 -> {
          it.templates++;
          it.broken = false;
          it.image = chance(70) ? 1 - Math.min(it.image, 1) : random.nextInt(3);
          updateTo(name, IMAGES.get(it.image));
          if (it.recreate && !it.paused && chance(70)) { // While the pods before are still going.
            soon(20, 800);
            pause(name, it);
            soon(500, 4_000);
            pause(name, it);
          }
        }
        case 4, 5 -> scale(name, it);
        default -> pause(name, it);
      }
      soon(1, chance(25) ? 2 : 1_500);
    }
  }

  /** How many pods of a size may be wanted in the end: two users share, and updates need room. */
  private int room(int cpu) {
    return Math.max(1, nodes * NODE_CPU / cpu / 8);
  }

  /** Sometimes back again at once. */
  private void scale(String name, Deployed it) {
    int before = it.replicas;
    it.replicas = Math.min(random.nextInt(0, 9), room(it.cpu));
    scaleTo(name, it.replicas);
    if (chance(25)) {
      atOnce();
      it.replicas = before;
      scaleTo(name, before);
    }
  }

  private void scaleTo(String name, int replicas) {
    add(step(Verb.SCALE).with(Argument.NAME, name).with(Argument.REPLICAS, replicas));
  }

  /** More than fits, until the next scale. */
  private void fill(String name, Deployed it) {
    if (nodes <= 4) {
      it.replicas = nodes * NODE_CPU / Math.max(it.cpu, 500) + 2;
      scaleTo(name, it.replicas);
      if (chance(60)) { // Then some places become free that several pods wait for.
        soon(1_000, 4_000);
        add(
            step(Verb.DELETE_PODS)
                .with(Argument.NAME, name)
                .with(Argument.COUNT, random.nextInt(1, 4)));
      }
    }
  }

  private void update(String name, Deployed it) {
    it.broken = chance(20);
    it.templates++;
    updateTo(name, it.broken ? any(BAD_IMAGES) : any(IMAGES));
  }

  private void updateTo(String name, String image) {
    add(step(Verb.UPDATE).with(Argument.NAME, name).with(Argument.IMAGE, image));
  }

  private void rollback(String name, Deployed it) {
    if (it.templates > 1 && !it.paused) {
      add(step(Verb.ROLLBACK).with(Argument.NAME, name));
      it.broken = true; // Who knows: it is given a good image in the end.
    }
  }

  private void pause(String name, Deployed it) {
    add(step(it.paused ? Verb.RESUME : Verb.PAUSE).with(Argument.NAME, name));
    it.paused = !it.paused;
  }

  private void undeploy(String name) {
    add(
        step(Verb.UNDEPLOY)
            .with(Argument.NAME, name)
            .with(Argument.CASCADE, any(List.of("background", "foreground", "orphan"))));
    deployments.remove(name);
  }

  private void releaseOrAdopt(String name, Deployed it) {
    if (theme == Theme.MACHINES) {
      return;
    }
    add(step(it.released ? Verb.ADOPT : Verb.RELEASE).with(Argument.NAME, name));
    it.released = !it.released;
    released.add(name);
  }

  private void pod() {
    if (theme == Theme.MACHINES) {
      return;
    }
    int cpu = theme == Theme.PODS ? any(POD_CPUS) : 100;
    if (pods.isEmpty()) {
      String name = "p" + names++;
      add(step(Verb.POD).with(Argument.NAME, name).with(Argument.CPU, cpu));
      pods.add(name);
    } else if (chance(theme == Theme.PODS ? 90 : 70)) {
      add(step(Verb.REPOD).with(Argument.NAME, pods.getFirst()).with(Argument.CPU, cpu));
    } else {
      add(step(Verb.UNPOD).with(Argument.NAME, pods.removeFirst()));
    }
  }

  private void config() {
    if (configs.isEmpty() || chance(60)) {
      String name = configs.isEmpty() ? "c" + names++ : configs.getFirst();
      add(step(Verb.CONFIG).with(Argument.NAME, name).with(Argument.VALUE, "v" + names++));
      configs.remove(name);
      configs.add(name);
    } else {
      add(step(Verb.UNCONFIG).with(Argument.NAME, configs.removeFirst()));
    }
  }

  private void clear() {
    add(step(Verb.CLEAR));
    deployments.clear();
    released.clear();
    pods.clear();
    podsAnew.clear();
    configs.clear();
  }

  private void cordon() {
    if (!cordoned.isEmpty()) {
      add(step(Verb.UNCORDON).with(Argument.NODE, cordoned.removeFirst()));
    } else {
      int node = random.nextInt(nodes);
      add(step(chance(50) ? Verb.CORDON : Verb.DRAIN).with(Argument.NODE, node));
      cordoned.add(node);
    }
  }

  private void leaveInOrder() {
    released.forEach(name -> add(step(Verb.DISCARD).with(Argument.NAME, name)));
    if (!alone || nodes < 4 || chance(50)) { // Else one stays cordoned.
      cordoned.forEach(node -> add(step(Verb.UNCORDON).with(Argument.NODE, node)));
    }
    deployments.forEach((name, it) -> {
      if (it.paused) {
        add(step(Verb.RESUME).with(Argument.NAME, name));
      }
      if (it.broken) {
        updateTo(name, any(IMAGES));
      }
      if (it.replicas > room(it.cpu)) {
        scaleTo(name, room(it.cpu));
      }
    });
  }
}
