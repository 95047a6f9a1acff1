package dev.capstan.apiserver.chain;

import dev.capstan.api.ApiErrors;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** One random token, known to everybody who can read a file of the data folder. */
public final class TokenAuthenticator implements Authenticator {

  /** "Bearer &lt;token&gt;". */
  public static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String SCHEME = "Bearer ";
  private static final User ADMIN = new User("admin");

  private final byte[] digest;

  public TokenAuthenticator(String token) {
    if (token.isBlank()) {
      throw new IllegalArgumentException("an empty token protects nothing");
    }
    this.digest = sha256(token);
  }

  @Override
  public User authenticate(Metadata headers) {
    String header = only(headers.getAll(AUTHORIZATION));
    if (header == null || !header.startsWith(SCHEME)) {
      throw ApiErrors.unauthenticated("no token: send the header \"authorization: Bearer TOKEN\"");
    }
    // Digests have one length and are compared in constant time: neither tells how much was right.
    if (!MessageDigest.isEqual(digest, sha256(header.substring(SCHEME.length())))) {
      throw ApiErrors.unauthenticated("the token is not this server's");
    }
    return ADMIN;
  }

  /** Of two, one reader believes the first and another the last: neither is believed here. */
  private static @Nullable String only(@Nullable Iterable<String> values) {
    if (values == null) {
      return null;
    }
    Iterator<String> all = values.iterator();
    String first = all.next();
    if (all.hasNext()) {
      throw ApiErrors.unauthenticated("more than one header \"authorization\": send one");
    }
    return first;
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
