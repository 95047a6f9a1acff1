package dev.capstan.client.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map that never changes: {@code with} and {@code without} share all but the path from the
 * root to the key. An AVL tree (Adelson-Velsky and Landis, 1962), so every operation costs O(log n)
 * and a snapshot costs nothing.
 *
 * @param <K> in its natural order
 */
final class PersistentMap<K extends Comparable<? super K>, V> {

  private record Tree<K, V>(
      @Nullable Tree<K, V> left,
      K key,
      V value,
      @Nullable Tree<K, V> right,
      int height,
      int size) {}

  private final @Nullable Tree<K, V> root;

  private PersistentMap(@Nullable Tree<K, V> root) {
    this.root = root;
  }

  static <K extends Comparable<? super K>, V> PersistentMap<K, V> empty() {
    return new PersistentMap<>(null);
  }

  int size() {
    return size(root);
  }

  @Nullable V get(K key) {
    Tree<K, V> at = root;
    while (at != null) {
      int c = key.compareTo(at.key);
      if (c == 0) {
        return at.value;
      }
      at = c < 0 ? at.left : at.right;
    }
    return null;
  }

  PersistentMap<K, V> with(K key, V value) {
    return new PersistentMap<>(insert(root, key, value));
  }

  PersistentMap<K, V> without(K key) {
    return get(key) == null ? this : new PersistentMap<>(remove(root, key));
  }

  /** All values, by key. */
  List<V> values() {
    List<V> values = new ArrayList<>(size());
    walk(root, k -> 0, tree -> values.add(tree.value));
    return values;
  }

  /** All keys in order. */
  List<K> keys() {
    List<K> keys = new ArrayList<>(size());
    walk(root, k -> 0, tree -> keys.add(tree.key));
    return keys;
  }

  /**
   * The values of a range of keys, by key.
   *
   * @param side negative for keys below the range, zero inside, positive above; monotone in the
   *     map's order
   */
  List<V> range(ToIntFunction<K> side) {
    List<V> values = new ArrayList<>();
    walk(root, side, tree -> values.add(tree.value));
    return values;
  }

  private static <K, V> void walk(
      @Nullable Tree<K, V> tree, ToIntFunction<K> side, Consumer<Tree<K, V>> visitor) {
    if (tree == null) {
      return;
    }
    int s = side.applyAsInt(tree.key);
    if (s >= 0) {
      walk(tree.left, side, visitor);
    }
    if (s == 0) {
      visitor.accept(tree);
    }
    if (s <= 0) {
      walk(tree.right, side, visitor);
    }
  }

  private Tree<K, V> insert(@Nullable Tree<K, V> tree, K key, V value) {
    if (tree == null) {
      return new Tree<>(null, key, value, null, 1, 1);
    }
    int c = key.compareTo(tree.key);
    if (c == 0) {
      return new Tree<>(tree.left, key, value, tree.right, tree.height, tree.size);
    }
    return c < 0
        ? balance(insert(tree.left, key, value), tree, tree.right)
        : balance(tree.left, tree, insert(tree.right, key, value));
  }

  private @Nullable Tree<K, V> remove(@Nullable Tree<K, V> tree, K key) {
    if (tree == null) {
      return null;
    }
    int c = key.compareTo(tree.key);
    if (c < 0) {
      return balance(remove(tree.left, key), tree, tree.right);
    }
    if (c > 0) {
      return balance(tree.left, tree, remove(tree.right, key));
    }
    if (tree.left == null || tree.right == null) {
      return tree.left == null ? tree.right : tree.left;
    }
    Tree<K, V> next = tree.right;
    while (next.left != null) {
      next = next.left;
    }
    return balance(tree.left, next, remove(tree.right, next.key));
  }

  /**
   * A tree of {@code entry}'s key and value over two balanced trees whose heights differ by at most
   * two.
   */
  private static <K, V> Tree<K, V> balance(
      @Nullable Tree<K, V> left, Tree<K, V> entry, @Nullable Tree<K, V> right) {
    if (height(left) > height(right) + 1 && left != null) {
      if (height(left.left) >= height(left.right) || left.right == null) {
        return node(left.left, left, node(left.right, entry, right));
      }
      Tree<K, V> middle = left.right;
      return node(node(left.left, left, middle.left), middle, node(middle.right, entry, right));
    }
    if (height(right) > height(left) + 1 && right != null) {
      if (height(right.right) >= height(right.left) || right.left == null) {
        return node(node(left, entry, right.left), right, right.right);
      }
      Tree<K, V> middle = right.left;
      return node(node(left, entry, middle.left), middle, node(middle.right, right, right.right));
    }
    return node(left, entry, right);
  }

  private static <K, V> Tree<K, V> node(
      @Nullable Tree<K, V> left, Tree<K, V> entry, @Nullable Tree<K, V> right) {
    int height = Math.max(height(left), height(right)) + 1;
    return new Tree<>(left, entry.key, entry.value, right, height, size(left) + size(right) + 1);
  }

  private static int height(@Nullable Tree<?, ?> tree) {
    return tree == null ? 0 : tree.height;
  }

  private static int size(@Nullable Tree<?, ?> tree) {
    return tree == null ? 0 : tree.size;
  }
}
