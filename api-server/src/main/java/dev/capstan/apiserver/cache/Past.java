package dev.capstan.apiserver.cache;

import dev.capstan.api.Kind;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one kind as they were at a revision: those of now, but for the ones that have
 * changed since, which are as their first change found them. It costs a step for each event since
 * and keeps nothing alive that the cache does not keep anyway.
 */
public final class Past {

  private final KindTable now;

  /** What was under each key that has changed since; empty if nothing was. */
  private final NavigableMap<String, Optional<CachedObject>> changed = new TreeMap<>();

  /**
   * @param since every revision up to {@code now}, in order
   */
  Past(Kind kind, KindTable now, List<Revision> since) {
    this.now = now;
    for (Revision revision : since) {
      for (CacheEvent event : revision.events()) {
        if (event.any().object().kind().equals(kind)) {
          changed.putIfAbsent(event.any().key(), Optional.ofNullable(event.previous()));
        }
      }
    }
  }

  /**
   * Objects whose key starts with {@code prefix} and is greater than {@code startAfter}, in order
   * of their keys.
   */
  public Iterable<CachedObject> under(String prefix, String startAfter) {
    return () -> new Merged(prefix, startAfter);
  }

  /** What has not changed and what has, as one in order. */
  private final class Merged implements Iterator<CachedObject> {
    private final String prefix;
    private final Iterator<CachedObject> unchanged;
    private final Iterator<Optional<CachedObject>> before;
    private @Nullable CachedObject nextUnchanged;
    private @Nullable CachedObject nextBefore;

    Merged(String prefix, String startAfter) {
      this.prefix = prefix;
      this.unchanged = now.under(prefix, startAfter).iterator();
      String from = startAfter.compareTo(prefix) < 0 ? prefix : startAfter;
      this.before = changed.tailMap(from, false).values().iterator();
      nextUnchanged = advanceUnchanged();
      nextBefore = advanceBefore();
    }

    private @Nullable CachedObject advanceUnchanged() {
      while (unchanged.hasNext()) {
        CachedObject object = unchanged.next();
        if (!changed.containsKey(object.key())) {
          return object;
        }
      }
      return null;
    }

    private @Nullable CachedObject advanceBefore() {
      while (before.hasNext()) {
        CachedObject object = before.next().orElse(null);
        if (object != null) {
          return object.key().startsWith(prefix) ? object : null;
        }
      }
      return null;
    }

    @Override
    public boolean hasNext() {
      return nextUnchanged != null || nextBefore != null;
    }

    @Override
    public CachedObject next() {
      CachedObject a = nextUnchanged;
      CachedObject b = nextBefore;
      if (a != null && (b == null || a.key().compareTo(b.key()) < 0)) {
        nextUnchanged = advanceUnchanged();
        return a;
      }
      if (b == null) {
        throw new NoSuchElementException();
      }
      nextBefore = advanceBefore();
      return b;
    }
  }
}
