package dev.capstan.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class UnreadableKeysTest {

  private static final Kind SECRET = KindRegistry.builtin().require("Secret");

  private static void breaks(Snapshot.Builder objects, String name) {
    String key = StoreKeys.of(SECRET, "default", name);
    var why =
        new StoreException.Unreadable(new KvStore.Entry(key, new byte[0], 1, 1, 1), key, null);
    objects.unreadable(new StoreKeys.Place(SECRET, "default", name), why);
  }

  /** With a copy for each it would take minutes. */
  @Test
  @Timeout(20)
  void manyAreCopiedOnce() {
    Snapshot.Builder objects = Snapshot.empty(1).change();
    for (int i = 0; i < 100_000; i++) {
      breaks(objects, "s" + i);
    }
    assertThat(objects.build(2).unreadable().size()).isEqualTo(100_000);
  }

  @Test
  void whoHoldsASnapshotSeesNoChange() {
    Snapshot.Builder objects = Snapshot.empty(1).change();
    breaks(objects, "a");
    Snapshot first = objects.build(2);
    Snapshot.Builder mended = first.change();
    assertThat(mended.readable(SECRET, "default/b")).isFalse();
    assertThat(mended.readable(SECRET, "default/a")).isTrue();
    assertThat(mended.readable(SECRET, "default/a")).isFalse();
    assertThat(mended.build(3).unreadable()).isSameAs(UnreadableKeys.NONE);
    assertThat(first.unreadable().has(SECRET, "default/a")).isTrue();
    assertThat(first.change().build(4).unreadable()).isSameAs(first.unreadable());
  }
}
