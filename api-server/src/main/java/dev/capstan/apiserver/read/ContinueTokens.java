package dev.capstan.apiserver.read;

import dev.capstan.api.ApiErrors;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens for the next page of a list: the revision of the first page and the last key, under a MAC
 * (HMAC-SHA-256, cut to 128 bits as RFC 2104 allows) that also covers the query. A token that was
 * made up, altered or belongs to another query is refused.
 */
public final class ContinueTokens {

  private static final byte FORMAT = 1;
  private static final int MAC_BYTES = 16;
  private static final int MAX_TOKEN = 1024;

  private final SecretKeySpec key;

  /**
   * @param secret at least 16 bytes; the same in all servers of a cluster, or a client that changes
   *     servers must begin its list anew
   */
  public ContinueTokens(byte[] secret) {
    this.key = new SecretKeySpec(secret, "HmacSHA256");
  }

  /**
   * Where a list goes on.
   *
   * @param revision of the first page
   * @param lastKey of the page before
   */
  record Position(long revision, String lastKey) {}

  String write(Position position, Selection query) {
    byte[] last = position.lastKey().getBytes(StandardCharsets.UTF_8);
    ByteBuffer body =
        ByteBuffer.allocate(1 + Long.BYTES + last.length)
            .put(FORMAT)
            .putLong(position.revision())
            .put(last);
    byte[] mac = mac(body.array(), query);
    byte[] token =
        ByteBuffer.allocate(body.capacity() + MAC_BYTES).put(body.array()).put(mac).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  Position read(String token, Selection query) {
    byte[] bytes = decode(token);
    if (bytes.length < 1 + Long.BYTES + MAC_BYTES || bytes[0] != FORMAT) {
      throw bad();
    }
    byte[] body = Arrays.copyOf(bytes, bytes.length - MAC_BYTES);
    byte[] mac = Arrays.copyOfRange(bytes, body.length, bytes.length);
    if (!MessageDigest.isEqual(mac, mac(body, query))) {
      throw bad();
    }
    long revision = ByteBuffer.wrap(body, 1, Long.BYTES).getLong();
    int keyAt = 1 + Long.BYTES;
    String last = new String(body, keyAt, body.length - keyAt, StandardCharsets.UTF_8);
    return new Position(revision, last);
  }

  private static byte[] decode(String token) {
    if (token.length() > MAX_TOKEN) {
      throw bad();
    }
    try {
      return Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      throw bad();
    }
  }

  private static StatusRuntimeException bad() {
    return ApiErrors.badRequest(
        "continueToken", "is not a token of this query: begin the list anew, without token");
  }

  private byte[] mac(byte[] body, Selection query) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(body);
      mac.update((byte) 0);
      mac.update(query.kind().name().getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      mac.update(query.text().getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
    }
  }
}
