package dev.capstan.kvstore;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Wraps what is stored: a header, then the payload, encrypted for some keys.
 *
 * <pre>
 *   offset  bytes
 *   0       2      magic "CV"
 *   2       1      format: 1 plain, 2 AES-GCM
 *   3       1      storage version: how the payload is to be read, now 1
 *   4       16     write id of the group that wrote it
 *   20      1      slot: the writer's place in its group, 0..126
 *   21      …      payload; with AES-GCM: key id (4), nonce (12), ciphertext and tag
 * </pre>
 *
 * <p>The associated data of AES-GCM are the header and the key's path, so that a value can be
 * neither moved to another key nor given another header.
 */
public final class ValueCodec {

  /** Bytes before the payload. */
  public static final int HEADER_BYTES = 21;

  /** The highest slot. */
  public static final int MAX_SLOT = 126;

  /** How payloads are written now. */
  public static final int STORAGE_VERSION = 1;

  private static final byte[] MAGIC = {'C', 'V'};
  private static final byte PLAIN = 1;
  private static final byte AES_GCM = 2;

  private final @Nullable EncryptionKeys keys;
  private final List<String> encryptedPrefixes;
  private final @Nullable RandomGenerator random;

  /** What was stored. */
  public record Value(byte[] payload, WriteId writeId, int slot) {}

  private ValueCodec(
      @Nullable EncryptionKeys keys,
      List<String> encryptedPrefixes,
      @Nullable RandomGenerator random) {
    this.keys = keys;
    this.encryptedPrefixes = List.copyOf(encryptedPrefixes);
    this.random = random;
  }

  /** Encrypts nothing, and cannot read what is encrypted. */
  public static ValueCodec plain() {
    return new ValueCodec(null, List.of(), null);
  }

  /**
   * Encrypts the values of keys that begin with one of the prefixes.
   *
   * @param keys the first encrypts, all decrypt
   * @param random of the nonces; cryptographically strong in production
   */
  public static ValueCodec encrypting(
      EncryptionKeys keys, List<String> prefixes, RandomGenerator random) {
    return new ValueCodec(keys, prefixes, random);
  }

  /** The bytes to store for a payload under {@code key}. */
  public byte[] encode(String key, byte[] payload, WriteId writeId, int slot) {
    if (slot < 0 || slot > MAX_SLOT) {
      throw new IllegalArgumentException("slot " + slot + " is not in 0.." + MAX_SLOT);
    }
    // Without keys there are no prefixes: nothing that should be encrypted is ever written plain.
    if (keys != null && random != null && encryptedPrefixes.stream().anyMatch(key::startsWith)) {
      byte[] header = header(AES_GCM, writeId, slot);
      return concat(header, keys.seal(payload, key, header, random));
    }
    return concat(header(PLAIN, writeId, slot), payload);
  }

  private static byte[] concat(byte[] header, byte[] rest) {
    return ByteBuffer.allocate(header.length + rest.length).put(header).put(rest).array();
  }

  private static byte[] header(byte format, WriteId writeId, int slot) {
    return ByteBuffer.allocate(HEADER_BYTES)
        .put(MAGIC)
        .put(format)
        .put((byte) STORAGE_VERSION)
        .putLong(writeId.most())
        .putLong(writeId.least())
        .put((byte) slot)
        .array();
  }

  /** Reads an entry; see {@link #decode(String, byte[])}. */
  public Value decode(KvStore.Entry entry) {
    return decode(entry.key(), entry.value());
  }

  /**
   * Reads what {@link #encode} made.
   *
   * @throws StoreException.Corrupt naming the key and what is wrong
   */
  public Value decode(String key, byte[] stored) {
    if (stored.length < HEADER_BYTES || stored[0] != MAGIC[0] || stored[1] != MAGIC[1]) {
      throw corrupt(key, "it does not begin with Capstan's header");
    }
    if (stored[3] != STORAGE_VERSION) {
      throw corrupt(
          key, "storage version " + stored[3] + ", this version reads " + STORAGE_VERSION);
    }
    ByteBuffer buffer = ByteBuffer.wrap(stored, 4, stored.length - 4);
    WriteId writeId = new WriteId(buffer.getLong(), buffer.getLong());
    int slot = buffer.get();
    if (slot < 0 || slot > MAX_SLOT) {
      throw corrupt(key, "slot " + slot);
    }
    byte[] rest = new byte[buffer.remaining()];
    buffer.get(rest);
    return new Value(open(key, stored, rest), writeId, slot);
  }

  private byte[] open(String key, byte[] stored, byte[] rest) {
    return switch (stored[2]) {
      case PLAIN -> rest;
      case AES_GCM -> {
        if (keys == null) {
          throw corrupt(key, "it is encrypted and there is no key file");
        }
        yield keys.open(rest, key, Arrays.copyOf(stored, HEADER_BYTES));
      }
      default -> throw corrupt(key, "unknown format " + stored[2]);
    };
  }

  /**
   * The id of the key that a stored value is encrypted with, 8 hexadecimal digits; empty if it is
   * not encrypted.
   */
  public static String keyId(byte[] stored) {
    boolean encrypted =
        stored.length >= HEADER_BYTES
            && stored[0] == MAGIC[0]
            && stored[1] == MAGIC[1]
            && stored[2] == AES_GCM;
    return encrypted ? EncryptionKeys.idOfSealed(stored, HEADER_BYTES) : "";
  }

  static StoreException.Corrupt corrupt(String key, String what) {
    return new StoreException.Corrupt("the value of " + key + " cannot be read: " + what, null);
  }
}
