package dev.capstan.kvstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GroupQueueTest {

  private final GroupQueue queue = new GroupQueue();

  private Pending add(List<Txn.Compare> compares, Txn.Op... ops) {
    Pending pending = new Pending(new Txn(compares, List.of(ops)), 0, false);
    queue.add(pending);
    return pending;
  }

  private Pending put(String key, int bytes) {
    return add(List.of(), new Txn.Op.Put(key, new byte[bytes]));
  }

  @Test
  void aGroupHasAtMost120Members() {
    for (int i = 0; i < 200; i++) {
      put("/" + i, 10);
    }
    assertThat(queue.take()).hasSize(120);
    assertThat(queue.take()).hasSize(80);
    assertThat(queue.take()).isEmpty();
  }

  @Test
  void aGroupHasAtMostOneMebibyte() {
    for (int i = 0; i < 12; i++) {
      put("/" + i, 100_000);
    }
    assertThat(queue.take()).hasSize(10);
    assertThat(queue.take()).hasSize(2);
  }

  @Test
  void comparesKeysCountAsBytes() {
    String longKey = "/" + "k".repeat(100_000);
    for (int i = 0; i < 12; i++) {
      add(List.of(new Txn.Compare.Exists(longKey)), new Txn.Op.Delete("/" + i));
    }
    assertThat(queue.take()).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void aLargeOneGoesAlone() {
    Pending small = put("/a", 10);
    Pending large = put("/b", 2 << 20);
    Pending next = put("/c", 10);
    assertThat(queue.take()).containsExactly(small, next);
    assertThat(queue.take()).containsExactly(large);
  }

  @Test
  void whoWritesWhatAnotherWritesWaits() {
    Pending first = put("/a", 1);
    Pending second = put("/a", 1);
    assertThat(queue.take()).containsExactly(first);
    assertThat(queue.take()).containsExactly(second);
  }

  @Test
  void whoComparesWhatAnotherWritesWaits() {
    Pending delete = add(List.of(), new Txn.Op.Delete("/ns"));
    Pending create = add(List.of(new Txn.Compare.Exists("/ns")), new Txn.Op.Delete("/pod"));
    Pending other = put("/x", 1);
    assertThat(queue.take()).containsExactly(delete, other);
    assertThat(queue.take()).containsExactly(create);
  }

  @Test
  void whoWritesWhatAnotherComparesWaits() {
    Pending create = add(List.of(new Txn.Compare.Exists("/ns")), new Txn.Op.Delete("/pod"));
    Pending delete = add(List.of(), new Txn.Op.Delete("/ns"));
    assertThat(queue.take()).containsExactly(create);
    assertThat(queue.take()).containsExactly(delete);
  }

  @Test
  void manyMayCompareTheSameKey() {
    for (int i = 0; i < 50; i++) {
      add(List.of(new Txn.Compare.Exists("/ns")), new Txn.Op.Delete("/pod" + i));
    }
    assertThat(queue.take()).hasSize(50);
  }
}
