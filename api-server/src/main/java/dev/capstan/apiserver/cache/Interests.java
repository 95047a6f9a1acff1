package dev.capstan.apiserver.cache;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is interested in which events: publishing costs a few look-ups per event and work for the
 * interested only, however many others watch. Guarded by the cache's lock.
 */
final class Interests {

  private final Map<Interest, Set<Subscriber>> subscribers = new HashMap<>();
  private final Map<Subscriber, List<Interest>> interests = new LinkedHashMap<>();

  void add(Subscriber subscriber, List<Interest> of) {
    interests.put(subscriber, List.copyOf(of));
    for (Interest interest : of) {
      subscribers.computeIfAbsent(interest, i -> new LinkedHashSet<>()).add(subscriber);
    }
  }

  void remove(Subscriber subscriber) {
    List<Interest> of = interests.remove(subscriber);
    for (Interest interest : of == null ? List.<Interest>of() : of) {
      Set<Subscriber> others = subscribers.get(interest);
      if (others != null && others.remove(subscriber) && others.isEmpty()) {
        subscribers.remove(interest);
      }
    }
  }

  int size() {
    return interests.size();
  }

  /**
   * Offers a revision once to each who is interested, however many of its events concern him: a
   * watcher that had taken the first offer and sent the whole revision would send it again.
   */
  void offer(Revision revision) {
    Set<Subscriber> interested = new LinkedHashSet<>();
    for (CacheEvent event : revision.events()) {
      CachedObject object = event.any();
      String kind = object.object().kind().name();
      collect(kind, Interest.Scope.ALL, "", interested);
      collect(kind, Interest.Scope.OBJECT, object.key(), interested);
      if (!object.object().namespace().isEmpty()) {
        collect(kind, Interest.Scope.NAMESPACE, object.object().namespace(), interested);
      }
      String before = node(event.previous());
      String after = node(event.current());
      collectNode(kind, before, interested);
      if (!after.equals(before)) {
        collectNode(kind, after, interested);
      }
    }
    interested.forEach(subscriber -> subscriber.offer(revision.number()));
  }

  private static String node(@Nullable CachedObject object) {
    return object == null ? "" : object.nodeName();
  }

  private void collectNode(String kind, String node, Set<Subscriber> interested) {
    if (!node.isEmpty()) {
      collect(kind, Interest.Scope.NODE, node, interested);
    }
  }

  private void collect(
      String kind, Interest.Scope scope, String value, Set<Subscriber> interested) {
    Set<Subscriber> found = subscribers.get(new Interest(kind, scope, value));
    if (found != null) {
      interested.addAll(found);
    }
  }

  /** Tells everybody that it is over, and forgets them. */
  void expireAll() {
    List<Subscriber> all = List.copyOf(interests.keySet());
    interests.clear();
    subscribers.clear();
    all.forEach(Subscriber::expire);
  }
}
