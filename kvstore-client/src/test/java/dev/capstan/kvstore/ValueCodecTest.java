package dev.capstan.kvstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValueCodecTest {

  private static final String SECRET = "/capstan/v1/secrets/default/db";
  private static final WriteId ID = new WriteId(0x0102030405060708L, 0x090A0B0C0D0E0F10L);

  private final EncryptionKeys keys = EncryptionKeys.of(List.of(key(1)));
  private final ValueCodec codec =
      ValueCodec.encrypting(keys, List.of("/capstan/v1/secrets/"), new SplittableRandom(1));

  private static byte[] key(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return key;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** The layout is what older data has: it never changes. */
  @Test
  void aPlainValueIsAHeaderAndThePayload() {
    byte[] stored = ValueCodec.plain().encode("/a", bytes("hi"), ID, 5);
    assertThat(HexFormat.of().formatHex(stored))
        .isEqualTo("43560101" + "0102030405060708090a0b0c0d0e0f10" + "05" + "6869");
  }

  @Property
  void whatWasEncodedIsDecoded(
      @ForAll byte[] payload, @ForAll long most, @ForAll @IntRange(max = 126) int slot) {
    WriteId id = new WriteId(most, ~most);
    for (String key : List.of("/capstan/v1/pods/default/web", SECRET)) {
      ValueCodec.Value value = codec.decode(key, codec.encode(key, payload, id, slot));
      assertThat(value.payload()).isEqualTo(payload);
      assertThat(value.writeId()).isEqualTo(id);
      assertThat(value.slot()).isEqualTo(slot);
    }
  }

  @Test
  void secretsAreNotInWhatIsStored() {
    byte[] stored = codec.encode(SECRET, bytes("hunter2"), ID, 0);
    assertThat(new String(stored, UTF_8)).doesNotContain("hunter2");
    byte[] pod = codec.encode("/capstan/v1/pods/default/web", bytes("hunter2"), ID, 0);
    assertThat(new String(pod, UTF_8)).contains("hunter2");
  }

  @Test
  void aSecretStoredTwiceLooksDifferent() {
    assertThat(codec.encode(SECRET, bytes("hunter2"), ID, 0))
        .isNotEqualTo(codec.encode(SECRET, bytes("hunter2"), ID, 0));
  }

  @Test
  void everyChangedBitOfASecretIsNoticed() {
    byte[] stored = codec.encode(SECRET, bytes("hunter2"), ID, 0);
    for (int bit = 0; bit < stored.length * 8; bit++) {
      byte[] changed = stored.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      boolean nowPlain = changed[2] == 1;
      if (!nowPlain) {
        assertThatThrownBy(() -> codec.decode(SECRET, changed))
            .as("bit %d", bit)
            .isInstanceOf(StoreException.Corrupt.class)
            .hasMessageContaining(SECRET);
      }
    }
  }

  @Test
  void aSecretMovedToAnotherKeyCannotBeRead() {
    byte[] stored = codec.encode(SECRET, bytes("hunter2"), ID, 0);
    assertThatThrownBy(() -> codec.decode("/capstan/v1/secrets/default/other", stored))
        .isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void aNewKeyInFrontEncryptsAndOldOnesStillDecrypt() {
    byte[] old = codec.encode(SECRET, bytes("hunter2"), ID, 0);
    ValueCodec rotated =
        ValueCodec.encrypting(
            EncryptionKeys.of(List.of(key(2), key(1))),
            List.of("/capstan/v1/secrets/"),
            new SplittableRandom(2));
    assertThat(rotated.decode(SECRET, old).payload()).isEqualTo(bytes("hunter2"));
    byte[] fresh = rotated.encode(SECRET, bytes("hunter2"), ID, 0);
    assertThatThrownBy(() -> codec.decode(SECRET, fresh))
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining("key file");
  }

  @Test
  void whatIsNotOursIsSaidToBe() {
    byte[] newer = ValueCodec.plain().encode("/a", bytes("x"), ID, 0);
    newer[3] = 9;
    byte[] unknown = ValueCodec.plain().encode("/a", bytes("x"), ID, 0);
    unknown[2] = 7;
    byte[] badSlot = ValueCodec.plain().encode("/a", bytes("x"), ID, 0);
    badSlot[20] = 127;
    for (byte[] stored :
        List.of(new byte[0], bytes("just some text, long enough"), newer, unknown, badSlot)) {
      assertThatThrownBy(() -> codec.decode("/a", stored))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageStartingWith("the value of /a cannot be read: ");
    }
    byte[] secret = codec.encode(SECRET, bytes("x"), ID, 0);
    assertThatThrownBy(() -> ValueCodec.plain().decode(SECRET, secret))
        .isInstanceOf(StoreException.Corrupt.class);
    assertThatThrownBy(() -> codec.decode(SECRET, Arrays.copyOf(secret, 30)))
        .isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void aKeyFileIsMadeOnceAndIsItsOwnersAlone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("keys");
    SplittableRandom random = new SplittableRandom(3);
    EncryptionKeys made = EncryptionKeys.loadOrCreate(file, random);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    byte[] stored = secretCodec(made).encode(SECRET, bytes("x"), ID, 0);
    EncryptionKeys again = EncryptionKeys.loadOrCreate(file, random);
    assertThat(secretCodec(again).decode(SECRET, stored).payload()).isEqualTo(bytes("x"));
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  private static ValueCodec secretCodec(EncryptionKeys keys) {
    return ValueCodec.encrypting(keys, List.of("/capstan/v1/secrets/"), new SplittableRandom(4));
  }

  @Test
  void aKeyFileOthersCanReadOrThatHoldsSomethingElseIsRefused(@TempDir Path folder)
      throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    Path open = folder.resolve("open");
    EncryptionKeys.loadOrCreate(open, random);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> EncryptionKeys.loadOrCreate(open, random))
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessageContaining("chmod 600");
    Path wrong = folder.resolve("wrong");
    Files.writeString(wrong, "c2VjcmV0\n");
    Files.setPosixFilePermissions(wrong, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> EncryptionKeys.loadOrCreate(wrong, random))
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessageNotContaining("c2VjcmV0");
  }
}
