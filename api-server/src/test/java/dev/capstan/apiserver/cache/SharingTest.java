package dev.capstan.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.apiserver.testing.ReadHarness;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What many watchers see is made once. */
class SharingTest {

  private static CacheEvent event() throws Exception {
    ConfigMap map =
        ConfigMap.newBuilder()
            .setMetadata(ObjectMeta.newBuilder().setNamespace("default").setName("a"))
            .putData("v", "x".repeat(1_000))
            .build();
    ByteString bytes = Stamp.version(map.toByteArray(), "257");
    return CacheEvent.put(
        null,
        CachedObject.of(
            new StoredObject(
                ReadHarness.CONFIG_MAP,
                "default",
                "a",
                ConfigMap.parseFrom(bytes).getMetadata(),
                bytes,
                2,
                2,
                1)));
  }

  @Test
  void aFrameIsMadeOncePerPartOfARevision() throws Exception {
    var revision = new Revision(2, List.of(event()));
    int[] made = new int[1];
    for (int i = 0; i < 10; i++) {
      revision.frame(
          "part",
          () -> {
            made[0]++;
            return ByteString.EMPTY;
          });
    }
    assertThat(made[0]).isEqualTo(1);
  }

  @Test
  void anEventIsSerializedOncePerType() throws Exception {
    CacheEvent event = event();
    ByteString first = event.bytes(CacheEvent.Type.ADDED);
    assertThat(event.bytes(CacheEvent.Type.ADDED)).isSameAs(first);
    assertThat(event.bytes(CacheEvent.Type.MODIFIED)).isNotEqualTo(first);
  }

  @Test
  void stampingSetsTheVersionAndNothingElse() throws Exception {
    ConfigMap map =
        ConfigMap.newBuilder()
            .setMetadata(
                ObjectMeta.newBuilder()
                    .setName("a")
                    .setResourceVersion("5")
                    .putLabels("app", "web"))
            .putData("k", "v")
            .build();
    ConfigMap stamped = ConfigMap.parseFrom(Stamp.version(map.toByteArray(), "257"));
    ConfigMap twice =
        ConfigMap.parseFrom(Stamp.version(Stamp.version(map.toByteArray(), "257"), "300"));
    ConfigMap.Builder expected = map.toBuilder();
    expected.getMetadataBuilder().setResourceVersion("257");
    assertThat(stamped).isEqualTo(expected.build());
    expected.getMetadataBuilder().setResourceVersion("300");
    assertThat(twice).isEqualTo(expected.build());
  }
}
