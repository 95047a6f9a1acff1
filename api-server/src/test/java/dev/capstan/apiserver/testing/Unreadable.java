package dev.capstan.apiserver.testing;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.WriteId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The ways in which a value cannot be read. */
public enum Unreadable {
  /** Somebody wrote something else. */
  FOREIGN,
  /** Cut in the middle. */
  CUT,
  /** A server wrote it whose storage version is not known here. */
  NEWER_VERSION,
  /** A format of values that is not known here, as a new encryption. */
  NEWER_FORMAT,
  /** Another object's. */
  MISPLACED;

  private static final int FORMAT = 2;
  private static final int STORAGE_VERSION = 3;

  /** The value that has become of what is stored under a key. */
  public byte[] value(KvStore store, String key) {
    byte[] value = Objects.requireNonNull(store.get(key).entry()).value().clone();
    return switch (this) {
      case FOREIGN -> "what is this?".getBytes(StandardCharsets.US_ASCII);
      case CUT -> java.util.Arrays.copyOf(value, value.length - 3);
      case NEWER_VERSION -> with(value, STORAGE_VERSION, ValueCodec.STORAGE_VERSION + 1);
      case NEWER_FORMAT -> with(value, FORMAT, 99);
      case MISPLACED -> other();
    };
  }

  private static byte[] with(byte[] value, int at, int changed) {
    value[at] = (byte) changed;
    return value;
  }

  private static byte[] other() {
    return ValueCodec.plain()
        .encode("", ReadHarness.map("other", "1").toByteArray(), new WriteId(1, 2), 0);
  }

  /** Stores it, past every server. */
  public void happen(KvStore store, String key) {
    write(store, key, value(store, key));
  }

  /** Stores a value, past every server. */
  public static void write(KvStore store, String key, byte[] value) {
    store.commit(new Group(List.of(new Txn(List.of(), List.of(new Txn.Op.Put(key, value))))));
  }
}
