package dev.capstan.apiserver.cache;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sorted map from text to values: a balanced (AVL) tree whose changes share all but
 * the path they touch.
 *
 * <p>That is what lets every reader keep one revision of everything for the price of a reference,
 * while the writer goes on, without a lock between them.
 */
final class Tree<V> {

  private record Node<V>(
      String key, V value, @Nullable Node<V> left, @Nullable Node<V> right, int height, int size) {}

  private final @Nullable Node<V> root;

  private Tree(@Nullable Node<V> root) {
    this.root = root;
  }

  static <V> Tree<V> empty() {
    return new Tree<>(null);
  }

  int size() {
    return size(root);
  }

  /** Length of the longest path: what a look-up costs at most. */
  int height() {
    return height(root);
  }

  @Nullable V get(String key) {
    @Nullable Node<V> node = root;
    while (node != null) {
      int order = key.compareTo(node.key);
      if (order == 0) {
        return node.value;
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  Tree<V> put(String key, V value) {
    return new Tree<>(put(root, key, value));
  }

  Tree<V> remove(String key) {
    return get(key) == null ? this : new Tree<>(remove(root, key));
  }

  /**
   * Values whose key starts with {@code prefix} and is greater than {@code startAfter}, in key
   * order.
   */
  Iterable<V> under(String prefix, String startAfter) {
    return () -> new Ascending<>(root, prefix, startAfter);
  }

  /** Number of keys that start with {@code prefix}. */
  int count(String prefix) {
    return below(prefix + Character.MAX_VALUE) - below(prefix);
  }

  private int below(String key) {
    int count = 0;
    @Nullable Node<V> node = root;
    while (node != null) {
      if (node.key.compareTo(key) < 0) {
        count += 1 + size(node.left);
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return count;
  }

  private static <V> Node<V> put(@Nullable Node<V> node, String key, V value) {
    if (node == null) {
      return node(key, value, null, null);
    }
    int order = key.compareTo(node.key);
    if (order == 0) {
      return node(key, value, node.left, node.right);
    }
    return order < 0
        ? balanced(node, put(node.left, key, value), node.right)
        : balanced(node, node.left, put(node.right, key, value));
  }

  private static <V> @Nullable Node<V> remove(@Nullable Node<V> node, String key) {
    if (node == null) {
      return null;
    }
    int order = key.compareTo(node.key);
    if (order < 0) {
      return balanced(node, remove(node.left, key), node.right);
    }
    if (order > 0) {
      return balanced(node, node.left, remove(node.right, key));
    }
    if (node.left == null || node.right == null) {
      return node.left == null ? node.right : node.left;
    }
    Node<V> next = first(node.right);
    return balanced(next, node.left, remove(node.right, next.key));
  }

  private static <V> Node<V> first(Node<V> node) {
    Node<V> first = node;
    while (first.left != null) {
      first = first.left;
    }
    return first;
  }

  /** The node's key over these subtrees, whose heights differ by at most two. */
  private static <V> Node<V> balanced(
      Node<V> node, @Nullable Node<V> left, @Nullable Node<V> right) {
    int tilt = height(left) - height(right);
    if (tilt > 1 && left != null) {
      boolean inner = height(left.right) > height(left.left);
      return rotateRight(node, inner ? rotateLeft(left, left.left, left.right) : left, right);
    }
    if (tilt < -1 && right != null) {
      boolean inner = height(right.left) > height(right.right);
      return rotateLeft(node, left, inner ? rotateRight(right, right.left, right.right) : right);
    }
    return node(node.key, node.value, left, right);
  }

  private static <V> Node<V> rotateRight(
      Node<V> node, @Nullable Node<V> left, @Nullable Node<V> right) {
    if (left == null) {
      throw new IllegalStateException("nothing to rotate");
    }
    Node<V> lowered = node(node.key, node.value, left.right, right);
    return node(left.key, left.value, left.left, lowered);
  }

  private static <V> Node<V> rotateLeft(
      Node<V> node, @Nullable Node<V> left, @Nullable Node<V> right) {
    if (right == null) {
      throw new IllegalStateException("nothing to rotate");
    }
    Node<V> lowered = node(node.key, node.value, left, right.left);
    return node(right.key, right.value, lowered, right.right);
  }

  private static <V> Node<V> node(
      String key, V value, @Nullable Node<V> left, @Nullable Node<V> right) {
    int height = 1 + Math.max(height(left), height(right));
    return new Node<>(key, value, left, right, height, 1 + size(left) + size(right));
  }

  private static int height(@Nullable Node<?> node) {
    return node == null ? 0 : node.height;
  }

  private static int size(@Nullable Node<?> node) {
    return node == null ? 0 : node.size;
  }

  /** Walks in key order; the stack holds the nodes still to be visited whose left side is done. */
  private static final class Ascending<V> implements Iterator<V> {
    private final Deque<Node<V>> stack = new ArrayDeque<>();
    private final String prefix;

    Ascending(@Nullable Node<V> root, String prefix, String startAfter) {
      this.prefix = prefix;
      @Nullable Node<V> node = root;
      while (node != null) {
        boolean wanted = node.key.compareTo(prefix) >= 0 && node.key.compareTo(startAfter) > 0;
        if (wanted || (startAfter.isEmpty() && node.key.compareTo(prefix) >= 0)) {
          stack.push(node);
          node = node.left;
        } else {
          node = node.right;
        }
      }
    }

    @Override
    public boolean hasNext() {
      Node<V> next = stack.peek();
      return next != null && next.key.startsWith(prefix);
    }

    @Override
    public V next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Node<V> node = stack.pop();
      for (@Nullable Node<V> child = node.right; child != null; child = child.left) {
        stack.push(child);
      }
      return node.value;
    }
  }
}
