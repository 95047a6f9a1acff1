package dev.capstan.e2e.sim.scenario;

import java.util.List;

/**
 * A deployment of one user: what it is to be by now, and what the user does with it. In the end it
 * is left running, with a good image and no more pods than fit.
 */
final class Deployed {

  private static final List<String> IMAGES = List.of("app:1", "app:2", "app:3", "web:1", "web:2");
  private static final List<String> BAD_IMAGES = List.of("app:broken", "app:missing");

  /** Millicores of a node of the simulation. */
  static final int NODE_CPU = 4000;

  private final Script script;
  private final int nodes;
  private final String name;
  private final int cpu;
  private final boolean recreate;
  private int replicas;
  private int image;
  private boolean paused;
  private boolean broken;
  private boolean released;
  private int templates = 1;

  private Deployed(Script script, int nodes, String name, int cpu, boolean recreate, int replicas) {
    this.script = script;
    this.nodes = nodes;
    this.name = name;
    this.cpu = cpu;
    this.recreate = recreate;
    this.replicas = replicas;
  }

  /** The user makes one. */
  static Deployed made(Script script, Theme theme, int nodes, String name) {
    int cpu = script.chance(30) ? 1000 : script.random.nextInt(1, 6) * 100;
    cpu = theme.crowded() ? theme == Theme.PODS ? 500 : 100 : cpu;
    int replicas = Math.min(script.random.nextInt(1, 7), room(nodes, cpu));
    boolean haste = theme == Theme.HASTE;
    int surge = haste && script.chance(40) ? 0 : script.random.nextInt(0, 3);
    int unavailable = surge == 0 ? script.random.nextInt(1, 3) : script.random.nextInt(0, 2);
    Step.Builder step =
        script
            .step(Verb.DEPLOY)
            .with(Argument.NAME, name)
            .with(Argument.REPLICAS, replicas)
            .with(Argument.CPU, cpu)
            .with(Argument.IMAGE, IMAGES.getFirst());
    boolean recreate = script.chance(haste ? 30 : 15);
    if (recreate) {
      step.with(Argument.STRATEGY, "Recreate");
    } else {
      step.with(Argument.SURGE, surge).with(Argument.UNAVAILABLE, unavailable);
    }
    options(script, step);
    script.add(step);
    return new Deployed(script, nodes, name, cpu, recreate, replicas);
  }

  private static void options(Script script, Step.Builder step) {
    if (script.chance(40)) {
      step.with(Argument.MIN_READY, script.random.nextInt(1, 4));
    }
    if (script.chance(20)) {
      step.with(Argument.HISTORY, script.random.nextInt(1, 4));
    }
    if (script.chance(30)) {
      step.with(Argument.PRIORITY, script.random.nextInt(1, 1000));
    }
  }

  /** How many pods of a size may be wanted in the end: two users share, and updates need room. */
  private static int room(int nodes, int cpu) {
    return Math.max(1, nodes * NODE_CPU / cpu / 8);
  }

  String name() {
    return name;
  }

  /** The user does something with it. */
  Step.Builder step(Verb verb) {
    return script.step(verb).with(Argument.NAME, name);
  }

  /** One change after the other, between two images above all, before any of them is done. */
  void changeMinds() {
    int count = script.random.nextInt(2, 5);
    for (int i = 0; i < count; i++) {
      switch (script.random.nextInt(8)) {
        case 0, 1, 2, 3 -> toTheOtherImage();
        case 4, 5 -> scale();
        default -> pause();
      }
      script.soon(1, script.chance(25) ? 2 : 1_500);
    }
  }

  private void toTheOtherImage() {
    templates++;
    broken = false;
    image = script.chance(70) ? 1 - Math.min(image, 1) : script.random.nextInt(3);
    updateTo(IMAGES.get(image));
    if (recreate && !paused && script.chance(70)) { // While the pods before are still going.
      script.soon(20, 800);
      pause();
      script.soon(500, 4_000);
      pause();
    }
  }

  /** Sometimes back again at once. */
  void scale() {
    int before = replicas;
    scaleTo(Math.min(script.random.nextInt(0, 9), room(nodes, cpu)));
    if (script.chance(25)) {
      script.atOnce();
      scaleTo(before);
    }
  }

  private void scaleTo(int wanted) {
    replicas = wanted;
    script.add(step(Verb.SCALE).with(Argument.REPLICAS, wanted));
  }

  /** More than fits, until the next scale. */
  void fill() {
    if (nodes <= 4) {
      scaleTo(nodes * NODE_CPU / Math.max(cpu, 500) + 2);
      if (script.chance(60)) { // Then some places become free that several pods wait for.
        script.soon(1_000, 4_000);
        script.add(step(Verb.DELETE_PODS).with(Argument.COUNT, script.random.nextInt(1, 4)));
      }
    }
  }

  void update() {
    broken = script.chance(20);
    templates++;
    updateTo(broken ? script.any(BAD_IMAGES) : script.any(IMAGES));
  }

  private void updateTo(String to) {
    script.add(step(Verb.UPDATE).with(Argument.IMAGE, to));
  }

  void rollback() {
    if (templates > 1 && !paused) {
      script.add(step(Verb.ROLLBACK));
      broken = true; // Who knows: it is given a good image in the end.
    }
  }

  /** Or goes on with it. */
  void pause() {
    script.add(step(paused ? Verb.RESUME : Verb.PAUSE));
    paused = !paused;
  }

  /** Gives a pod away, or takes it back. */
  void releaseOrAdopt() {
    script.add(step(released ? Verb.ADOPT : Verb.RELEASE));
    released = !released;
  }

  void leaveInOrder() {
    if (paused) {
      script.add(step(Verb.RESUME));
    }
    if (broken) {
      updateTo(script.any(IMAGES));
    }
    if (replicas > room(nodes, cpu)) {
      scaleTo(room(nodes, cpu));
    }
  }
}
