package dev.capstan.e2e.sim;

import dev.capstan.kvstore.KvStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Calls that are held back until something happens to what they are about. */
final class Holds {

  private final World world;
  private final List<Hold> open = new ArrayList<>();

  private record Hold(Set<String> keys, String until, Runnable go) {}

  Holds(World world) {
    this.world = world;
  }

  /**
   * Holds something back.
   *
   * @param keys of the objects it is about
   * @param until what has to happen to one of them: "changed", "gone" or "remade"
   * @param most how long at the most
   * @param go lets it go; is called once
   */
  void add(Set<String> keys, String until, Duration most, Runnable go) {
    Hold hold = new Hold(keys, until, go);
    open.add(hold);
    world.after(most, () -> release(hold));
  }

  private void release(Hold hold) {
    if (open.remove(hold)) {
      hold.go().run();
    }
  }

  /** A commit took effect: whom it concerns goes on after it. */
  void committed(List<KvStore.Change> changes) {
    for (Hold hold : List.copyOf(open)) {
      if (changes.stream().anyMatch(change -> concerns(hold, change))) {
        world.after(Duration.ZERO, () -> release(hold));
      }
    }
  }

  private static boolean concerns(Hold hold, KvStore.Change change) {
    if (!hold.keys().contains(change.key())) {
      return false;
    }
    return switch (hold.until()) {
      case "gone" -> change instanceof KvStore.Change.Delete;
      case "remade" -> change instanceof KvStore.Change.Put put && put.entry().version() == 1;
      default -> true;
    };
  }
}
