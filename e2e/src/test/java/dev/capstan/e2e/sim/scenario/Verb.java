package dev.capstan.e2e.sim.scenario;

import static dev.capstan.e2e.sim.scenario.Argument.BY;
import static dev.capstan.e2e.sim.scenario.Argument.CALL;
import static dev.capstan.e2e.sim.scenario.Argument.CASCADE;
import static dev.capstan.e2e.sim.scenario.Argument.CODE;
import static dev.capstan.e2e.sim.scenario.Argument.COUNT;
import static dev.capstan.e2e.sim.scenario.Argument.CPU;
import static dev.capstan.e2e.sim.scenario.Argument.DEED;
import static dev.capstan.e2e.sim.scenario.Argument.END;
import static dev.capstan.e2e.sim.scenario.Argument.FOR;
import static dev.capstan.e2e.sim.scenario.Argument.FORCE;
import static dev.capstan.e2e.sim.scenario.Argument.HISTORY;
import static dev.capstan.e2e.sim.scenario.Argument.IMAGE;
import static dev.capstan.e2e.sim.scenario.Argument.KIND;
import static dev.capstan.e2e.sim.scenario.Argument.LAG;
import static dev.capstan.e2e.sim.scenario.Argument.MIN_READY;
import static dev.capstan.e2e.sim.scenario.Argument.MOMENT;
import static dev.capstan.e2e.sim.scenario.Argument.NAME;
import static dev.capstan.e2e.sim.scenario.Argument.NODE;
import static dev.capstan.e2e.sim.scenario.Argument.ON;
import static dev.capstan.e2e.sim.scenario.Argument.PERCENT;
import static dev.capstan.e2e.sim.scenario.Argument.PRIORITY;
import static dev.capstan.e2e.sim.scenario.Argument.REPLICAS;
import static dev.capstan.e2e.sim.scenario.Argument.SERVICE;
import static dev.capstan.e2e.sim.scenario.Argument.SKIP;
import static dev.capstan.e2e.sim.scenario.Argument.STEPS;
import static dev.capstan.e2e.sim.scenario.Argument.STRATEGY;
import static dev.capstan.e2e.sim.scenario.Argument.SURGE;
import static dev.capstan.e2e.sim.scenario.Argument.UNAVAILABLE;
import static dev.capstan.e2e.sim.scenario.Argument.UNTIL;
import static dev.capstan.e2e.sim.scenario.Argument.USER;
import static dev.capstan.e2e.sim.scenario.Argument.VALUE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What users do and what goes wrong. */
public enum Verb {
  // What users do.
  /** Creates a deployment. */
  DEPLOY(
      user(NAME, REPLICAS), SURGE, UNAVAILABLE, MIN_READY, HISTORY, IMAGE, CPU, PRIORITY, STRATEGY),
  SCALE(user(NAME, REPLICAS)),
  /** Gives a deployment another image. */
  UPDATE(user(NAME, IMAGE)),
  /** To the revision before. */
  ROLLBACK(user(NAME)),
  PAUSE(user(NAME)),
  RESUME(user(NAME)),
  UNDEPLOY(user(NAME), CASCADE),
  /** Deletes a deployment and creates it anew under the same name, at once. */
  REDEPLOY(user(NAME)),
  /** Deletes pods of a deployment. */
  DELETE_PODS(user(NAME, COUNT)),
  /**
   * Deletes pods of a deployment and makes them anew under their names, with their labels but
   * without owner, as "kubectl replace --force" does.
   */
  REPLACE(user(NAME, COUNT)),
  /** Changes the label of a deployment's pod so that it is no longer the deployment's. */
  RELEASE(user(NAME)),
  /** Gives released pods their label back. */
  ADOPT(user(NAME)),
  /** Deletes pods that were released and that nobody has adopted. */
  DISCARD(user(NAME)),
  /** Creates a pod without owner. */
  POD(user(NAME), CPU, PRIORITY),
  UNPOD(user(NAME)),
  /**
   * Deletes a pod and creates it anew under the same name, at once; after a time the deletion is
   * forced, though the first may still run.
   */
  REPOD(user(NAME), CPU, FORCE),
  /** Creates or changes a ConfigMap. */
  CONFIG(user(NAME, VALUE)),
  UNCONFIG(user(NAME)),
  /** Deletes the user's namespace and makes it anew. */
  CLEAR(user()),
  CORDON(user(NODE)),
  UNCORDON(user(NODE)),
  /** Cordons a node and deletes its pods. */
  DRAIN(user(NODE)),
  /** Deletes a node, whose machine then starts anew and registers. */
  REJOIN(user(NODE)),
  /** Deletes a node whose machine and kubelet run on. */
  DELETE_NODE(user(NODE)),

  // What goes wrong with calls.
  /** A call fails before it is sent. */
  CALL_REFUSED(fault(ON), SKIP, CALL, LAG),
  /** A call is sent and never arrives. */
  REQUEST_LOST(fault(ON), SKIP, CALL, LAG),
  /** A call is done and its answer never arrives. */
  REPLY_LOST(fault(ON), SKIP, CALL, LAG),
  /** A call fails for its caller and is done later. */
  REQUEST_LATE(fault(ON, FOR), SKIP, CALL, LAG),
  /**
   * A call arrives late, and its caller waits for it; at the latest, if it says so, when one of the
   * objects it is about (of a binding the node, too) was changed, has gone, or was made anew under
   * its name.
   */
  CALL_HELD(fault(ON, FOR), SKIP, CALL, LAG, UNTIL),
  /** A process dies when it has sent a call, or when the call is done and the answer on its way. */
  CRASH_IN_CALL(fault(ON, MOMENT, FOR), SKIP, CALL),
  /** A process stands still when it has sent a call, which arrives only when it goes on. */
  SLEEP_IN_CALL(fault(ON, FOR), SKIP, CALL),

  // With the store.
  COMMIT_REFUSED(fault(), SKIP),
  COMMIT_LOST(fault(), SKIP),
  COMMIT_REPLY_LOST(fault(), SKIP),
  /** The store's client is told that it does not know, and the commit happens later. */
  COMMIT_LATE(fault(FOR), SKIP),
  /** The API server dies at a commit: before it reaches the store, or before the answer. */
  CRASH_IN_COMMIT(fault(MOMENT, FOR), SKIP),
  /** A commit is done at once and answered late. */
  COMMIT_SLOW(fault(FOR), SKIP),
  READ_FAILS(fault(), SKIP),
  /** A read is answered late, with what was there when it was asked. */
  READ_SLOW(fault(FOR), SKIP),
  STORE_WATCH_LAGS(fault(FOR)),
  STORE_WATCH_COMPACTED(fault()),
  STORE_COMPACTED(fault()),

  /** Nobody's fault: many read at once, several times a second, and do not wait for each other. */
  READERS(fault(FOR)),

  // With watches.
  WATCH_BREAKS(fault(ON)),
  /** What a process watches arrives late. */
  WATCH_LAGS(fault(ON, FOR), STEPS),
  /** A watch breaks and is refused its resumption. */
  WATCH_COMPACTED(fault(ON)),
  /** A watch breaks and is kept from resuming, so that it misses much. */
  WATCH_AWAY(fault(ON, FOR)),
  /**
   * A watch breaks when a user begins the next deed of a kind, is kept from resuming until a time
   * after its end (at most for ten seconds), and then is told to list anew: what it shows has
   * happened in one step.
   */
  WATCH_MISSES(fault(ON, DEED, FOR)),

  // With processes.
  /** A process dies between two steps of anybody. */
  CRASH(fault(ON, FOR), STEPS),
  /** A process stands still and goes on. */
  SLEEP(fault(ON, FOR), STEPS),
  /** The leader of the moment stands still until somebody else leads. */
  LEADER_SLEEPS(fault(SERVICE, FOR), STEPS),

  // With what can be found out.
  /**
   * A process does not see an object: its watches leave it out, and its reads of it fail. Of pods
   * those count that run on the process's own nodes.
   */
  OBJECT_HIDDEN(fault(ON, FOR, CODE, KIND), SKIP),
  /**
   * A value in the store is overwritten with what nobody can read, until it is mended, or deleted
   * by a user.
   */
  VALUE_DAMAGED(fault(KIND, FOR, END), SKIP),
  /** All reads of a process fail. */
  READS_FAIL(fault(ON, FOR, CODE)),
  /** An engine answers nothing; its containers go on. */
  ENGINE_AWAY(fault(NODE, FOR)),
  /** An engine that is asked what there is does not answer, once. */
  ENGINE_LOOK_FAILS(fault(NODE), SKIP),

  // With nodes.
  /** Kubelet and API server cannot hear each other. */
  NODE_CUT(fault(NODE, FOR)),
  /** Kubelet and all containers die. */
  NODE_DIES(fault(NODE, FOR)),
  /** For a time the kubelet is started under another name on the same engine. */
  NODE_RENAMED(fault(NODE, FOR)),
  CONTAINER_KILLED(fault(NODE), COUNT),
  START_FAILS(fault(NODE), SKIP),
  START_HANGS(fault(NODE, FOR), SKIP),
  /** The engine does what it is asked and does not say so. */
  ENGINE_REPLY_LOST(fault(NODE), SKIP),

  // With clocks.
  CLOCK_JUMPS(fault(ON, BY)),
  CLOCK_RATE(fault(ON, PERCENT, FOR));

  private record Form(boolean user, List<Argument> required) {}

  private static Form user(Argument... required) {
    List<Argument> all = new ArrayList<>(List.of(USER));
    all.addAll(List.of(required));
    return new Form(true, List.copyOf(all));
  }

  private static Form fault(Argument... required) {
    return new Form(false, List.of(required));
  }

  private final boolean byUser;
  private final List<Argument> required;
  private final List<Argument> optional;

  Verb(Form form, Argument... optional) {
    this.byUser = form.user;
    this.required = form.required;
    this.optional = List.of(optional);
  }

  /** True for what a user does, false for what goes wrong. */
  public boolean byUser() {
    return byUser;
  }

  List<Argument> required() {
    return required;
  }

  boolean takes(Argument argument) {
    return required.contains(argument) || optional.contains(argument);
  }

  /** As it is written. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The verb of a word. */
  static Verb of(String word) {
    return Arrays.stream(values())
        .filter(verb -> verb.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new ScenarioException(
                "'%s' is no verb; there are %s"
                    .formatted(
                        word,
                        Arrays.stream(values())
                            .map(Verb::word)
                            .collect(Collectors.joining(", ")))));
  }
}
