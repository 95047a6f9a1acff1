package dev.capstan.kvstore.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.CommitResult;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.KvStore.RangeRequest;
import dev.capstan.kvstore.Txn;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.List;

/** What the parts of the contract are given, and words to write them in. */
interface StoreFixture {

  /** The quota of {@link #smallStore}. */
  long SMALL_QUOTA = 64L << 20;

  /** An empty store, closed after the test. */
  KvStore store();

  /** Another empty store with a quota of 64 MiB, closed after the test. */
  KvStore smallStore();

  Seam seam();

  default long deadline() {
    return seam().clock().deadline(Duration.ofSeconds(30));
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static String text(Entry entry) {
    return new String(entry.value(), UTF_8);
  }

  static Txn.Op.Put put(String key, String value) {
    return new Txn.Op.Put(key, bytes(value));
  }

  static Txn.Op.Delete delete(String key) {
    return new Txn.Op.Delete(key);
  }

  static Txn.Compare absent(String key) {
    return new Txn.Compare.Absent(key);
  }

  static Txn.Compare exists(String key) {
    return new Txn.Compare.Exists(key);
  }

  static Txn.Compare at(String key, long revision) {
    return new Txn.Compare.ModRevision(key, revision);
  }

  static Txn txn(Txn.Op... ops) {
    return new Txn(List.of(), List.of(ops));
  }

  static Txn when(Txn.Compare compare, Txn.Op... ops) {
    return new Txn(List.of(compare), List.of(ops));
  }

  static Group group(Txn... members) {
    return new Group(List.of(members));
  }

  /** Commits and returns the revision. */
  default long commit(Txn... members) {
    return store().commit(group(members)).revision();
  }

  default CommitResult result(Txn... members) {
    return store().commit(group(members));
  }

  static RangeRequest all(String prefix) {
    return new RangeRequest(prefix, "", 0, 0, false);
  }

  static RangeRequest allAt(String prefix, long revision) {
    return new RangeRequest(prefix, "", 0, revision, false);
  }

  static List<String> keys(List<Entry> entries) {
    return entries.stream().map(Entry::key).toList();
  }

  /** {@code key=value} of each. */
  static List<String> pairs(List<Entry> entries) {
    return entries.stream().map(e -> e.key() + "=" + text(e)).toList();
  }
}
