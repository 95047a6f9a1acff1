package dev.capstan.ctl.manifest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.IntOrStrings;
import dev.capstan.api.Quantity;
import dev.capstan.api.v1.IntOrString;
import java.math.BigInteger;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.regex.Pattern;

/** Reads single values, strictly: a text is not a number, a number is not a text. */
final class Scalars {

  /** A value that is not what it must be; the message completes "spec.x: …". */
  static final class WrongValue extends Exception {
    private static final long serialVersionUID = 1L;

    WrongValue(String message) {
      super(message, null, false, false);
    }
  }

  // YAML 1.2's core schema, with the octal numbers of YAML 1.1, which Kubernetes reads.
  private static final Pattern INT = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
  private static final Pattern OLD_OCTAL = Pattern.compile("[-+]?0[0-7]+");
  private static final Pattern FLOAT =
      Pattern.compile(
          "[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");

  private Scalars() {}

  static boolean isBool(YamlNode.Scalar s) {
    return s.plain()
        && switch (s.text()) {
          case "true", "True", "TRUE", "false", "False", "FALSE" -> true;
          default -> false;
        };
  }

  static boolean isNumber(YamlNode.Scalar s) {
    return s.plain() && (INT.matcher(s.text()).matches() || FLOAT.matcher(s.text()).matches());
  }

  static String text(YamlNode.Scalar s) throws WrongValue {
    if (isBool(s) || isNumber(s)) {
      throw new WrongValue("must be text: put it in quotes, \"" + s.text() + "\"");
    }
    return s.text();
  }

  static boolean bool(YamlNode.Scalar s) throws WrongValue {
    if (!isBool(s)) {
      boolean quoted = !s.plain() && (s.text().equals("true") || s.text().equals("false"));
      throw new WrongValue("must be true or false" + (quoted ? ", without quotes" : not(s)));
    }
    return s.text().equalsIgnoreCase("true");
  }

  static long whole(YamlNode.Scalar s, long min, long max) throws WrongValue {
    if (!INT.matcher(s.text()).matches()) {
      throw new WrongValue("must be a whole number" + not(s));
    }
    if (!s.plain()) {
      throw new WrongValue("must be a whole number, without quotes");
    }
    BigInteger n = bigInteger(s.text());
    boolean fits =
        n.compareTo(BigInteger.valueOf(min)) >= 0 && n.compareTo(BigInteger.valueOf(max)) <= 0;
    if (!fits) {
      throw new WrongValue("must be a whole number between " + min + " and " + max + not(s));
    }
    return n.longValueExact();
  }

  private static BigInteger bigInteger(String text) throws WrongValue {
    if (text.length() > 40) {
      throw new WrongValue("must be a whole number of a sensible size");
    }
    if (text.startsWith("0x")) {
      return new BigInteger(text.substring(2), 16);
    }
    return text.startsWith("0o")
        ? new BigInteger(text.substring(2), 8)
        : new BigInteger(text, OLD_OCTAL.matcher(text).matches() ? 8 : 10);
  }

  /** The raw text: 0.5, "500m" and 1e3 all stay as they were written, but for octal numbers. */
  static String quantity(YamlNode.Scalar s) throws WrongValue {
    if (s.plain() && OLD_OCTAL.matcher(s.text()).matches()) {
      return bigInteger(s.text()).toString();
    }
    try {
      Quantity.parse(s.text());
      return s.text();
    } catch (IllegalArgumentException e) {
      throw new WrongValue("must be a quantity such as 500m, 2 or 64Mi" + not(s));
    }
  }

  static ByteString bytes(YamlNode.Scalar s) throws WrongValue {
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(s.text().replaceAll("\\s", "")));
    } catch (IllegalArgumentException e) {
      throw new WrongValue("must be base64 (stringData takes plain text)");
    }
  }

  static Timestamp time(YamlNode.Scalar s) throws WrongValue {
    try {
      return ApiTimes.of(OffsetDateTime.parse(s.text()).toInstant());
    } catch (DateTimeParseException e) {
      throw new WrongValue("must be a time such as 2026-11-22T10:15:30Z" + not(s));
    }
  }

  static IntOrString intOrString(YamlNode.Scalar s) throws WrongValue {
    if (isNumber(s)) {
      return IntOrStrings.of((int) whole(s, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
    return IntOrStrings.of(text(s));
  }

  private static String not(YamlNode.Scalar s) {
    String shown = s.text().length() > 60 ? s.text().substring(0, 60) + "…" : s.text();
    return ", not " + (s.plain() && !shown.isEmpty() ? shown : "\"" + shown + "\"");
  }
}
