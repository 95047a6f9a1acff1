package dev.capstan.e2e.sim.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every state that every node ever had. */
final class NodeStates implements Rule {

  /** A state, and the end of its time. */
  private static final class State {
    private final Held node;
    private long endRevision = Long.MAX_VALUE;
    private long endNanos = Long.MAX_VALUE;

    State(Held node) {
      this.node = node;
    }
  }

  private final Map<String, List<State>> byName = new LinkedHashMap<>();

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      if (edit.is("Node")) {
        take(edit, commit);
      }
    }
  }

  private void take(Edit edit, Commit commit) {
    List<State> states = byName.computeIfAbsent(edit.any().name(), name -> new ArrayList<>());
    if (!states.isEmpty() && edit.before() != null) {
      states.getLast().endRevision = commit.revision();
      states.getLast().endNanos = commit.nanos();
    }
    if (edit.after() != null) {
      states.add(new State(edit.after()));
    }
  }

  /** True if there is such a node now. */
  boolean exists(String name) {
    List<State> states = byName.getOrDefault(name, List.of());
    return !states.isEmpty() && states.getLast().endRevision == Long.MAX_VALUE;
  }

  /** The states that could still be seen at or after a time and at or after a revision. */
  List<Held> since(String name, long nanos, long revision) {
    List<Held> result = new ArrayList<>();
    for (State state : byName.getOrDefault(name, List.of()).reversed()) {
      if (state.endNanos >= nanos && state.endRevision > revision) {
        result.add(state.node);
      }
    }
    return result;
  }
}
