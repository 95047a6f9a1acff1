package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A random user: mostly deployments, run, scaled, updated, rolled back, paused, deleted in every
 * way; some pods without owner; nodes taken out and put back. In the end everything fits on the
 * nodes that are not cordoned and nothing is paused or broken, so that there is one end state.
 */
final class Workload extends Script {

  /** Of pods that are made anew, by the theme PODS; with all else the largest still has room. */
  private static final List<Integer> POD_CPUS = List.of(100, 100, 1000, 1500, 2000, 2500);

  /** Nodes with a kubelet of their own. */
  private static final int MACHINES = 3;

  private final Theme theme;
  private final boolean alone;
  private final int nodes;
  private final List<Deployed> deployments = new ArrayList<>();
  private final List<String> pods = new ArrayList<>();
  private final Set<String> released = new LinkedHashSet<>();
  private final List<String> configs = new ArrayList<>();
  private final List<Integer> cordoned = new ArrayList<>();
  private final PodsAnew podsAnew = new PodsAnew(this);
  private int names;
  private boolean onlyDeleted;

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
    Deployed it = any(deployments);
    if (theme == Theme.PODS && chance(60)) {
      pod();
      return;
    }
    if (theme == Theme.ANEW && chance(75)) {
      anew(it);
      return;
    }
    if (theme == Theme.MACHINES && chance(25)) {
      rejoin(it);
      return;
    }
    if (theme == Theme.HASTE && chance(70)) {
      it.changeMinds();
      return;
    }
    anything(it);
  }

  private void anything(Deployed it) {
    switch (random.nextInt(24)) {
      case 0 -> deploy();
      case 1, 2, 3 -> it.scale();
      case 4, 5, 6, 7 -> it.update();
      case 8, 9 -> it.rollback();
      case 10 -> it.pause();
      case 11 -> undeploy(it);
      case 12, 13 -> add(it.step(Verb.REDEPLOY));
      case 14 -> add(it.step(Verb.DELETE_PODS).with(Argument.COUNT, random.nextInt(1, 4)));
      case 15 -> releaseOrAdopt(it);
      case 16, 17 -> pod();
      case 18 -> config();
      case 19 -> clear();
      case 20 -> cordon();
      default -> it.fill();
    }
  }

  private void deploy() {
    if (deployments.size() < (theme.crowded() ? 1 : 2)) {
      deployments.add(Deployed.made(this, theme, nodes, "d" + names++));
    }
  }

  private void undeploy(Deployed it) {
    String cascade = any(List.of("background", "foreground", "orphan"));
    add(it.step(Verb.UNDEPLOY).with(Argument.CASCADE, cascade));
    deployments.remove(it);
  }

  private void releaseOrAdopt(Deployed it) {
    if (theme != Theme.MACHINES) {
      it.releaseOrAdopt();
      released.add(it.name());
    }
  }

  /** Some pods of a deployment, shortly after it has got another size or template; or others. */
  private void anew(Deployed it) {
    if (chance(65)) {
      podsAnew.some();
      return;
    }
    if (chance(50)) {
      it.scale();
    } else {
      it.update();
    }
    soon(1, 400);
    add(it.step(Verb.REPLACE).with(Argument.COUNT, random.nextInt(1, 6)));
    released.add(it.name());
  }

  /** Often while pods are on their way to the machine. */
  private void rejoin(Deployed it) {
    if (chance(40)) {
      it.scale();
    } else if (chance(50)) {
      add(it.step(Verb.DELETE_PODS).with(Argument.COUNT, 3));
    }
    soon(1, 300);
    Verb verb = onlyDeleted ? Verb.DELETE_NODE : Verb.REJOIN;
    onlyDeleted = !onlyDeleted;
    add(step(verb).with(Argument.NODE, random.nextInt(Math.min(nodes, MACHINES))));
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
    deployments.forEach(Deployed::leaveInOrder);
  }
}
