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
 * Objects of one kind as they were at a revision, in order of their keys: those of now, but for the
 * ones that have changed since, which are as their first change found them. It costs a step for
 * each event since and keeps nothing alive that the cache does not keep anyway.
 */
final class Past implements Iterable<CachedObject> {

  private final KindTable now;
  private final String prefix;
  private final String startAfter;

  /** What was under each key that has changed since; empty if nothing was. */
  private final NavigableMap<String, Optional<CachedObject>> changed = new TreeMap<>();

  /**
   * @param since every revision up to {@code now}, in order
   * @param prefix what the keys start with
   * @param startAfter what they are greater than
   */
  Past(Kind kind, KindTable now, List<Revision> since, String prefix, String startAfter) {
    this.now = now;
    this.prefix = prefix;
    this.startAfter = startAfter;
    for (Revision revision : since) {
      for (CacheEvent event : revision.events()) {
        if (event.any().object().kind().equals(kind) && isAsked(event.any().key())) {
          changed.putIfAbsent(event.any().key(), Optional.ofNullable(event.previous()));
        }
      }
    }
  }

  private boolean isAsked(String key) {
    return key.startsWith(prefix) && key.compareTo(startAfter) > 0;
  }

  @Override
  public Iterator<CachedObject> iterator() {
    return new Merged();
  }

  /** What has not changed and what has, as one in order. */
  private final class Merged implements Iterator<CachedObject> {
    private final Iterator<CachedObject> unchanged = now.under(prefix, startAfter).iterator();
    private final Iterator<Optional<CachedObject>> before = changed.values().iterator();
    private @Nullable CachedObject nextUnchanged = advanceUnchanged();
    private @Nullable CachedObject nextBefore = advanceBefore();

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
        Optional<CachedObject> object = before.next();
        if (object.isPresent()) {
          return object.get();
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
