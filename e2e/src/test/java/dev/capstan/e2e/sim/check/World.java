package dev.capstan.e2e.sim.check;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.ValueCodec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything the store ever held. Each value is decoded once. */
final class World {

  /** What a key held from a revision on; null for nothing. */
  private record Version(long revision, @Nullable Held held) {}

  private final ValueCodec codec;
  private final StoreKeys keys;
  private final Map<String, Map<String, Held>> current = new LinkedHashMap<>();
  private final Map<String, Map<String, List<Version>>> past = new LinkedHashMap<>();
  private final List<Commit> commits = new ArrayList<>();
  private final List<Long> revisions = new ArrayList<>();
  private final Set<String> unread = new HashSet<>();
  private long revision;

  World(Setup setup) {
    this.codec = setup.codec();
    this.keys = new StoreKeys(setup.kinds());
    for (Kind kind : setup.kinds().kinds()) {
      current.put(kind.name(), new TreeMap<>());
      past.put(kind.name(), new TreeMap<>());
    }
  }

  /** Takes over a revision; what is no object of a known kind is left out. */
  Commit apply(long number, List<KvStore.Change> changes, long nanos) {
    if (number <= revision) {
      throw new IllegalArgumentException("revision " + number + " after " + revision);
    }
    List<Edit> edits = new ArrayList<>(changes.size());
    for (KvStore.Change change : changes) {
      Edit edit = edit(number, change);
      if (edit != null) {
        edits.add(edit);
      }
    }
    edits.forEach(edit -> apply(number, edit));
    Commit commit = new Commit(number, nanos, List.copyOf(edits));
    revision = number;
    commits.add(commit);
    revisions.add(number);
    return commit;
  }

  private @Nullable Edit edit(long number, KvStore.Change change) {
    StoreKeys.Place place = keys.place(change.key());
    if (place == null) {
      return null;
    }
    Held before = of(place.kind()).get(change.key());
    boolean wasUnread = unread.remove(change.key());
    return switch (change) {
      case KvStore.Change.Put put -> {
        Held after = decode(place, put.entry(), number);
        if (after == null) {
          unread.add(put.key());
        }
        yield after == null ? null : new Edit(place.kind(), put.key(), before, after, wasUnread);
      }
      case KvStore.Change.Delete delete ->
          before == null ? null : new Edit(place.kind(), delete.key(), before, null, wasUnread);
    };
  }

  /** Null for what cannot be read: it stays what it was. */
  private @Nullable Held decode(StoreKeys.Place place, KvStore.Entry entry, long number) {
    try {
      ValueCodec.Value value = codec.decode(entry);
      var object = place.kind().parse(value.payload());
      ObjectMeta meta = place.kind().metadata(object);
      return new Held(
          place.kind(),
          entry.key(),
          place.namespace(),
          place.name(),
          object,
          UnsafeByteOperations.unsafeWrap(value.payload()),
          meta,
          number,
          value.slot());
    } catch (StoreException.Corrupt | InvalidProtocolBufferException e) {
      return null;
    }
  }

  private void apply(long number, Edit edit) {
    if (edit.after() == null) {
      of(edit.kind()).remove(edit.key());
    } else {
      of(edit.kind()).put(edit.key(), edit.after());
    }
    history(edit.kind())
        .computeIfAbsent(edit.key(), key -> new ArrayList<>(4))
        .add(new Version(number, edit.after()));
  }

  /** The newest revision; 0 before the first. */
  long revision() {
    return revision;
  }

  /** Objects of a kind by key, in order. */
  Map<String, Held> of(Kind kind) {
    return of(kind.name());
  }

  /** Objects of a kind by key, in order. */
  Map<String, Held> of(String kind) {
    return current.getOrDefault(kind, Map.of());
  }

  /** The objects of a kind. */
  Collection<Held> all(String kind) {
    return of(kind).values();
  }

  private Map<String, List<Version>> history(Kind kind) {
    return past.computeIfAbsent(kind.name(), name -> new TreeMap<>());
  }

  @Nullable Held find(Kind kind, String namespace, String name) {
    return of(kind).get(StoreKeys.of(kind, namespace, name));
  }

  /** What a key held when the store was at a revision. */
  @Nullable Held at(Kind kind, String key, long when) {
    return at(history(kind).getOrDefault(key, List.of()), when);
  }

  private static @Nullable Held at(List<Version> versions, long when) {
    for (int i = versions.size() - 1; i >= 0; i--) {
      if (versions.get(i).revision() <= when) {
        return versions.get(i).held();
      }
    }
    return null;
  }

  /** What a revision did to a key, or null if nothing. */
  @Nullable Edit edit(String key, long number) {
    Commit commit = commit(number);
    for (Edit edit : commit == null ? List.<Edit>of() : commit.edits()) {
      if (edit.key().equals(key)) {
        return edit;
      }
    }
    return null;
  }

  /** The revision at which the state that a key got at a revision was over; MAX_VALUE if never. */
  long endOf(Kind kind, String key, long number) {
    List<Version> versions = history(kind).getOrDefault(key, List.of());
    long end = Long.MAX_VALUE;
    for (int i = versions.size() - 1; i >= 0 && versions.get(i).revision() > number; i--) {
      end = versions.get(i).revision();
    }
    return end;
  }

  /** True if a key held nothing at a revision or at any moment since. */
  boolean wasAbsent(Kind kind, String key, long since) {
    List<Version> versions = history(kind).getOrDefault(key, List.of());
    if (at(versions, since) == null) {
      return true;
    }
    for (int i = versions.size() - 1; i >= 0 && versions.get(i).revision() > since; i--) {
      if (versions.get(i).held() == null) {
        return true;
      }
    }
    return false;
  }

  /** The revision at which an object that is gone since {@code removed} was first seen going. */
  long beganGoing(Held last, long removed) {
    List<Version> versions = history(last.kind()).getOrDefault(last.key(), List.of());
    long began = removed;
    for (int i = versions.size() - 1; i >= 0; i--) {
      Held held = versions.get(i).held();
      if (versions.get(i).revision() < removed) {
        if (held == null || !held.isGoing()) {
          return began;
        }
        began = versions.get(i).revision();
      }
    }
    return began;
  }

  /** True if an object ever had a managing owner. */
  boolean wasManaged(Held held) {
    for (Version version : history(held.kind()).getOrDefault(held.key(), List.of())) {
      Held then = version.held();
      if (then != null && then.uid().equals(held.uid()) && !Pods.controllerUid(then).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** The last revision up to this one that did something to an object. */
  long lastEdit(long upTo) {
    for (int at = firstAfter(upTo) - 1; at >= 0; at--) {
      if (!commits.get(at).edits().isEmpty()) {
        return commits.get(at).revision();
      }
    }
    return 0;
  }

  /** The objects of a kind when the store was at a revision, in order. */
  List<Held> at(Kind kind, long when) {
    List<Held> result = new ArrayList<>();
    if (when >= revision) {
      result.addAll(of(kind).values());
      return result;
    }
    for (List<Version> versions : history(kind).values()) {
      Held held = at(versions, when);
      if (held != null) {
        result.add(held);
      }
    }
    return result;
  }

  /** The commits with {@code after < revision <= to}, in order. */
  List<Commit> between(long after, long to) {
    return commits.subList(firstAfter(after), firstAfter(to));
  }

  /** The commit of a revision, or null if nothing is known of it. */
  @Nullable Commit commit(long number) {
    int at = firstAfter(number - 1);
    return at < commits.size() && commits.get(at).revision() == number ? commits.get(at) : null;
  }

  /** When a revision, or the last before it, took effect; 0 before the first. */
  long nanosOf(long number) {
    int at = firstAfter(number);
    return at == 0 ? 0 : commits.get(at - 1).nanos();
  }

  private int firstAfter(long number) {
    int low = 0;
    int high = revisions.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (revisions.get(middle) <= number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
