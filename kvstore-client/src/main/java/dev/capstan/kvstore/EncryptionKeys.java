package dev.capstan.kvstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256 keys of a key file: one base64 line per key; the first encrypts, all decrypt, so a key is
 * changed by putting a new line on top and removed once everything was rewritten. The file is its
 * owner's alone (0600).
 */
public final class EncryptionKeys {

  private static final int KEY_BYTES = 32;
  private static final int ID_BYTES = 4;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private record NamedKey(byte[] id, SecretKeySpec key) {}

  private final List<NamedKey> keys;

  private EncryptionKeys(List<NamedKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads a key file, making it with one new key if it is missing.
   *
   * @throws StoreException.Unusable if the file is readable by others or holds anything else
   */
  public static EncryptionKeys loadOrCreate(Path file, RandomGenerator random) throws IOException {
    if (!Files.exists(file)) {
      create(file, random);
    }
    checkPrivate(file);
    List<byte[]> raw = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
      if (!line.isBlank()) {
        raw.add(parse(file, line.strip()));
      }
    }
    if (raw.isEmpty()) {
      throw new StoreException.Unusable(file + " holds no key", null);
    }
    return of(raw);
  }

  /**
   * @param keys 32 bytes each, the encrypting one first
   */
  public static EncryptionKeys of(List<byte[]> keys) {
    return new EncryptionKeys(
        keys.stream().map(k -> new NamedKey(idOf(k), new SecretKeySpec(k, "AES"))).toList());
  }

  private static void create(Path file, RandomGenerator random) throws IOException {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    String line = Base64.getEncoder().encodeToString(key) + "\n";
    // Written aside and linked into place, so that a crash leaves either no key file or a whole
    // one.
    Path aside = Files.createTempFile(file.toAbsolutePath().getParent(), ".key", "", ownerOnly);
    try {
      Files.writeString(aside, line, StandardOpenOption.SYNC);
      Files.createLink(file, aside);
    } catch (FileAlreadyExistsException e) {
      // Another process was quicker: its key is the key.
    } finally {
      Files.delete(aside);
    }
  }

  private static void checkPrivate(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(p -> !p.name().startsWith("OWNER_"))) {
      throw new StoreException.Unusable(
          file + " is readable by others: chmod 600 " + file + " first", null);
    }
  }

  private static byte[] parse(Path file, String line) {
    try {
      byte[] key = Base64.getDecoder().decode(line);
      if (key.length == KEY_BYTES) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Answered below; the line itself must not get into a message.
    }
    throw new StoreException.Unusable(
        file + " holds a line that is not a key: base64 of " + KEY_BYTES + " bytes", null);
  }

  private static byte[] idOf(byte[] key) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key), ID_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The ids of the keys, as in {@link ValueCodec#keyId}; the first is the one that encrypts. */
  public List<String> ids() {
    return keys.stream().map(key -> HexFormat.of().formatHex(key.id())).toList();
  }

  /** The id of the key that something was sealed with; empty if it is cut short. */
  static String idOfSealed(byte[] sealed, int from) {
    return sealed.length < from + ID_BYTES
        ? ""
        : HexFormat.of().formatHex(sealed, from, from + ID_BYTES);
  }

  byte[] seal(byte[] payload, String path, byte[] header, RandomGenerator random) {
    NamedKey key = keys.getFirst();
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] secret = cipher(Cipher.ENCRYPT_MODE, key, nonce, path, header).doFinal(payload);
      return ByteBuffer.allocate(ID_BYTES + NONCE_BYTES + secret.length)
          .put(key.id())
          .put(nonce)
          .put(secret)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  byte[] open(byte[] sealed, String path, byte[] header) {
    int start = ID_BYTES + NONCE_BYTES;
    if (sealed.length < start) {
      throw ValueCodec.corrupt(path, "it is cut short");
    }
    byte[] id = Arrays.copyOf(sealed, ID_BYTES);
    byte[] nonce = Arrays.copyOfRange(sealed, ID_BYTES, start);
    NamedKey key =
        keys.stream()
            .filter(k -> Arrays.equals(k.id(), id))
            .findFirst()
            .orElseThrow(() -> ValueCodec.corrupt(path, "its key is not in the key file"));
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, path, header)
          .doFinal(sealed, start, sealed.length - start);
    } catch (GeneralSecurityException e) {
      throw ValueCodec.corrupt(path, "it was changed after it was encrypted");
    }
  }

  private static Cipher cipher(int mode, NamedKey key, byte[] nonce, String path, byte[] header)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(header);
    cipher.updateAAD(path.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
