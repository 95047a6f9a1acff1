package dev.capstan.e2e.sim.scenario;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A user who makes pods without owner anew under their names: a large one, sometimes twice in quick
 * succession and with other needs; and a tiny one, whose deletion is forced. The tiny one always
 * has room, also beside itself: no node refuses it while the one before still runs.
 */
final class PodsAnew {

  private static final List<Integer> LARGE = List.of(100, 1000, 1500, 2000, 2500);
  private static final int TINY = 1;

  private final Script script;
  private final Set<String> there = new LinkedHashSet<>();

  PodsAnew(Script script) {
    this.script = script;
  }

  /** The next few things to do. */
  void some() {
    boolean tiny = script.chance(50);
    String name = tiny ? "tiny" : "large";
    int count = script.random.nextInt(1, 4);
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        script.soon(1, script.chance(50) ? 2 : 2500);
      }
      Verb verb = there.add(name) ? Verb.POD : Verb.REPOD;
      Step.Builder step =
          script
              .step(verb)
              .with(Argument.NAME, name)
              .with(Argument.CPU, tiny ? TINY : script.any(LARGE));
      if (tiny && verb == Verb.REPOD) {
        step.withMillis(Argument.FORCE, script.random.nextLong(1, 1200));
      }
      script.add(step);
    }
  }

  /** All are gone. */
  void clear() {
    there.clear();
  }
}
