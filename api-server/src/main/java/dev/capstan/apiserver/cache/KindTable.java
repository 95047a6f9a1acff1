package dev.capstan.apiserver.cache;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All objects of one kind at one revision, with their indexes. Immutable. */
public final class KindTable {

  /** Ends the indexed value in an index's keys; sorts before everything a name may contain. */
  private static final char END = '\0';

  private static final KindTable EMPTY = new KindTable(Tree.empty(), Tree.empty(), Tree.empty());

  private final Tree<CachedObject> byKey;
  // Keys are the indexed value, END and the object's key: one value's objects are one range.
  private final Tree<CachedObject> byNode;
  private final Tree<CachedObject> byOwner;

  private KindTable(
      Tree<CachedObject> byKey, Tree<CachedObject> byNode, Tree<CachedObject> byOwner) {
    this.byKey = byKey;
    this.byNode = byNode;
    this.byOwner = byOwner;
  }

  static KindTable empty() {
    return EMPTY;
  }

  /** Entries of the old object that the new one replaces in place are not removed first. */
  KindTable put(CachedObject object) {
    CachedObject old = byKey.get(object.key());
    List<String> owners = object.ownerUids();
    Tree<CachedObject> nodeTree = byNode;
    Tree<CachedObject> ownerTree = byOwner;
    if (old != null) {
      if (!old.nodeName().isEmpty() && !old.nodeName().equals(object.nodeName())) {
        nodeTree = nodeTree.remove(indexKey(old.nodeName(), old));
      }
      for (String uid : old.ownerUids()) {
        ownerTree = owners.contains(uid) ? ownerTree : ownerTree.remove(indexKey(uid, old));
      }
    }
    if (!object.nodeName().isEmpty()) {
      nodeTree = nodeTree.put(indexKey(object.nodeName(), object), object);
    }
    for (String uid : owners) {
      ownerTree = ownerTree.put(indexKey(uid, object), object);
    }
    return new KindTable(byKey.put(object.key(), object), nodeTree, ownerTree);
  }

  KindTable remove(String key) {
    CachedObject old = byKey.get(key);
    if (old == null) {
      return this;
    }
    Tree<CachedObject> nodes = byNode;
    Tree<CachedObject> owners = byOwner;
    if (!old.nodeName().isEmpty()) {
      nodes = nodes.remove(indexKey(old.nodeName(), old));
    }
    for (String uid : old.ownerUids()) {
      owners = owners.remove(indexKey(uid, old));
    }
    return new KindTable(byKey.remove(key), nodes, owners);
  }

  private static String indexKey(String value, CachedObject object) {
    return value + END + object.key();
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
    return byNode.under(node + END, "");
  }

  /** Objects with an owner of this uid, in order of their keys. */
  public Iterable<CachedObject> ownedBy(String uid) {
    return byOwner.under(uid + END, "");
  }
}
