package dev.capstan.controller.deployment;

import dev.capstan.api.NamedInputs;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PodTemplateSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash that names the ReplicaSet of a template.
 *
 * <p>Taken over the JSON of the template's {@link NamedInputs} (fields in the order of their
 * numbers, map keys sorted, unset fields left out), so that it stays the same when fields are added
 * to the API and when they get defaults. The number of collisions met so far is part of it. Written
 * as the ten lowest digits, base 27, of the first 63 bits of a SHA-256, in an alphabet without
 * vowels. (Kubernetes hashes a dump of the Go value, which changes when a field is added.)
 */
final class TemplateHash {

  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int LENGTH = 10;

  private TemplateHash() {}

  static String of(PodTemplateSpec template, int collisions) {
    String text = ObjectJson.print(bare(template)).toString();
    byte[] digest = sha256(collisions == 0 ? text : text + '#' + collisions);
    long bits = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      bits = (bits << 8) | (digest[i] & 0xff);
    }
    return encode(bits & Long.MAX_VALUE);
  }

  /** True if two templates make the same pods, whatever hash they are labelled with. */
  static boolean sameTemplate(PodTemplateSpec a, PodTemplateSpec b) {
    return bare(a).equals(bare(b));
  }

  /** What counts of the template, without the hash's label. */
  static PodTemplateSpec bare(PodTemplateSpec template) {
    PodTemplateSpec.Builder bare = template.toBuilder();
    bare.getMetadataBuilder().removeLabels(WellKnown.LABEL_POD_TEMPLATE_HASH);
    if (bare.getMetadata().equals(ObjectMeta.getDefaultInstance())) {
      bare.clearMetadata();
    }
    return NamedInputs.of(bare.build());
  }

  private static String encode(long bits) {
    StringBuilder text = new StringBuilder();
    for (long rest = bits; text.length() < LENGTH; rest /= ALPHABET.length()) {
      text.append(ALPHABET.charAt((int) (rest % ALPHABET.length())));
    }
    return text.toString();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
