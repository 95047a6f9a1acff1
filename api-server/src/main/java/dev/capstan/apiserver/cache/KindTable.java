package dev.capstan.apiserver.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All objects of one kind at one revision, with their indexes. Immutable. */
public final class KindTable {

  /** Ends the indexed value in an index's keys; sorts before everything a name may contain. */
  private static final char END = '\0';

  private static final KindTable EMPTY = new KindTable(Tree.empty(), Tree.empty(), Tree.empty());

  private final Tree<CachedObject> byKey;
  // Keys are the indexed value, END and the object's key, which is also the value: one value's
  // objects are one range, and a new state of an object that is found under the same values, as
  // nearly all are, leaves the index as it is.
  private final Tree<String> byNode;
  private final Tree<String> byOwner;

  private KindTable(Tree<CachedObject> byKey, Tree<String> byNode, Tree<String> byOwner) {
    this.byKey = byKey;
    this.byNode = byNode;
    this.byOwner = byOwner;
  }

  static KindTable empty() {
    return EMPTY;
  }

  /**
   * @param old what is in the table under the object's key, or null
   */
  KindTable put(CachedObject object, @Nullable CachedObject old) {
    return new KindTable(
        byKey.put(object.key(), object),
        moved(byNode, object.key(), nodes(old), nodes(object)),
        moved(byOwner, object.key(), owners(old), owners(object)));
  }

  /**
   * @param old what is in the table
   */
  KindTable remove(CachedObject old) {
    return new KindTable(
        byKey.remove(old.key()),
        moved(byNode, old.key(), nodes(old), List.of()),
        moved(byOwner, old.key(), owners(old), List.of()));
  }

  private static List<String> nodes(@Nullable CachedObject object) {
    return object == null || object.nodeName().isEmpty() ? List.of() : List.of(object.nodeName());
  }

  private static List<String> owners(@Nullable CachedObject object) {
    return object == null ? List.of() : object.ownerUids();
  }

  private static Tree<String> moved(
      Tree<String> index, String key, List<String> from, List<String> to) {
    if (from.equals(to)) {
      return index;
    }
    Tree<String> moved = index;
    for (String value : from) {
      moved = to.contains(value) ? moved : moved.remove(value + END + key);
    }
    for (String value : to) {
      moved = from.contains(value) ? moved : moved.put(value + END + key, key);
    }
    return moved;
  }

  /** The object of this key, or null. */
  public @Nullable CachedObject get(String key) {
    return byKey.get(key);
  }

  /** Number of objects. */
  public int size() {
    return byKey.size();
  }

  /** Number of objects whose key starts with {@code prefix}. */
  public int count(String prefix) {
    return byKey.count(prefix);
  }

  /**
   * Objects whose key starts with {@code prefix} and is greater than {@code startAfter}, in order
   * of their keys.
   */
  public Iterable<CachedObject> under(String prefix, String startAfter) {
    return byKey.under(prefix, startAfter);
  }

  /** Pods bound to a node, in order of their keys. */
  public Iterable<CachedObject> onNode(String node) {
    return found(byNode, node);
  }

  /** Objects with an owner of this uid, in order of their keys. */
  public Iterable<CachedObject> ownedBy(String uid) {
    return found(byOwner, uid);
  }

  private Iterable<CachedObject> found(Tree<String> index, String value) {
    List<CachedObject> objects = new ArrayList<>();
    for (String key : index.under(value + END, "")) {
      objects.add(Objects.requireNonNull(byKey.get(key)));
    }
    return objects;
  }
}
