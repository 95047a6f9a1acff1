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

  void offer(Revision revision) {
    for (CacheEvent event : revision.events()) {
      CachedObject object = event.any();
      String kind = object.object().kind().name();
      offer(kind, Interest.Scope.ALL, "", revision);
      offer(kind, Interest.Scope.OBJECT, object.key(), revision);
      if (!object.object().namespace().isEmpty()) {
        offer(kind, Interest.Scope.NAMESPACE, object.object().namespace(), revision);
      }
      String before = node(event.previous());
      String after = node(event.current());
      offerNode(kind, before, revision);
      if (!after.equals(before)) {
        offerNode(kind, after, revision);
      }
    }
  }

  private static String node(@Nullable CachedObject object) {
    return object == null ? "" : object.nodeName();
  }

  private void offerNode(String kind, String node, Revision revision) {
    if (!node.isEmpty()) {
      offer(kind, Interest.Scope.NODE, node, revision);
    }
  }

  private void offer(String kind, Interest.Scope scope, String value, Revision revision) {
    Set<Subscriber> interested = subscribers.get(new Interest(kind, scope, value));
    if (interested != null) {
      interested.forEach(subscriber -> subscriber.offer(revision.number()));
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
