package dev.capstan.apiserver.cache;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.kvstore.StoreException;
import io.grpc.StatusRuntimeException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of objects whose values cannot be read, at one revision. Immutable; nearly always empty.
 *
 * <p>Such an object exists. What it was when it could last be read stays among the objects of the
 * same {@link Snapshot}, if that is known.
 */
public final class UnreadableKeys {

  static final UnreadableKeys NONE = new UnreadableKeys(Collections.emptyNavigableMap());

  private static final Logger log = LoggerFactory.getLogger(UnreadableKeys.class);

  /** Most keys that an error or the readiness names. */
  private static final int MOST_NAMED = 5;

  /**
   * One key.
   *
   * @param place what it names
   * @param why names the key and what is wrong with its value
   */
  record Value(StoreKeys.Place place, StoreException.Unreadable why) {
    String objectKey() {
      return CachedObject.key(place.namespace(), place.name());
    }
  }

  private final NavigableMap<String, Value> byKey;

  private UnreadableKeys(NavigableMap<String, Value> byKey) {
    this.byKey = byKey;
  }

  /** Becomes others. */
  Changed change() {
    return new Changed(this);
  }

  /** Keys in the making: however many change, they are copied once. */
  static final class Changed {
    private final UnreadableKeys before;
    private @Nullable NavigableMap<String, Value> changed;

    private Changed(UnreadableKeys before) {
      this.before = before;
    }

    void put(Value value) {
      own().put(value.why().key(), value);
    }

    /** True if the key was there. */
    boolean remove(Kind kind, String objectKey) {
      NavigableMap<String, Value> now = changed == null ? before.byKey : changed;
      String key = now.isEmpty() ? "" : StoreKeys.prefix(kind) + objectKey;
      return now.containsKey(key) && own().remove(key) != null;
    }

    private NavigableMap<String, Value> own() {
      NavigableMap<String, Value> own = changed == null ? new TreeMap<>(before.byKey) : changed;
      changed = own;
      return own;
    }

    /** To be called once; the same as before if nothing changed. */
    UnreadableKeys build() {
      if (changed == null) {
        return before;
      }
      return changed.isEmpty() ? NONE : new UnreadableKeys(changed);
    }
  }

  public boolean isEmpty() {
    return byKey.isEmpty();
  }

  int size() {
    return byKey.size();
  }

  /** True if the value of this object cannot be read. */
  public boolean has(Kind kind, String objectKey) {
    return of(kind, objectKey) != null;
  }

  /** Why the value of an object cannot be read, or null if it can. */
  StoreException.@Nullable Unreadable of(Kind kind, String objectKey) {
    Value value = byKey.isEmpty() ? null : byKey.get(StoreKeys.prefix(kind) + objectKey);
    return value == null ? null : value.why();
  }

  /**
   * Refuses an answer about objects of a kind if the values of some cannot be read.
   *
   * @param objectKeys which objects it is about
   * @throws StatusRuntimeException DATA_LOSS naming their keys
   */
  public void refuseAmong(Kind kind, Predicate<String> objectKeys) {
    refuse(value -> value.place().kind().equals(kind) && objectKeys.test(value.objectKey()));
  }

  /** As {@link #refuseAmong}, about objects of all kinds in a namespace. */
  public void refuseInNamespace(String namespace) {
    refuse(value -> value.place().namespace().equals(namespace));
  }

  private void refuse(Predicate<Value> about) {
    if (byKey.isEmpty()) {
      return;
    }
    List<Value> found = byKey.values().stream().filter(about).toList();
    if (!found.isEmpty()) {
      throw ApiErrors.unreadable(text(found));
    }
  }

  private static String text(Collection<Value> values) {
    Value first = values.iterator().next();
    if (values.size() == 1) {
      return String.valueOf(first.why().getMessage());
    }
    StringBuilder keys = new StringBuilder(values.size() + " values cannot be read:");
    values.stream().limit(MOST_NAMED).forEach(v -> keys.append(' ').append(v.why().key()));
    return values.size() > MOST_NAMED ? keys.append(" …").toString() : keys.toString();
  }

  /** For people: which these are; empty if there are none. */
  public String describe() {
    return byKey.isEmpty() ? "" : text(byKey.values());
  }

  /** Logs what has been added since {@code before}, and what can be read again. */
  void logSince(UnreadableKeys before) {
    for (Map.Entry<String, Value> entry : byKey.entrySet()) {
      if (!before.byKey.containsKey(entry.getKey())) {
        log.error(
            "{}; its object is kept as it was last read", entry.getValue().why().getMessage());
      }
    }
    for (String key : before.byKey.keySet()) {
      if (!byKey.containsKey(key)) {
        log.info("{} can be read again, or was deleted", key);
      }
    }
  }
}
