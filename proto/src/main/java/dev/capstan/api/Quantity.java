package dev.capstan.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Kubernetes quantity: a decimal number with an optional suffix (m, k, M, G, T, P, E, Ki … Ei, or
 * an exponent).
 *
 * @param value exact value in units
 */
public record Quantity(BigDecimal value) implements Comparable<Quantity> {

  private static final Pattern FORM =
      Pattern.compile(
          "([+-]?(?:[0-9]{1,40}(?:\\.[0-9]{0,40})?|\\.[0-9]{1,40}))(?:([eE][+-]?[0-9]{1,2})|([numkMGTPE]|[KMGTPE]i)?)");

  private static final Map<String, BigDecimal> SUFFIXES = suffixes();

  /** Nothing. */
  public static final Quantity ZERO = new Quantity(BigDecimal.ZERO);

  /**
   * Reads "500m", "1.5", "64Mi", "1e3".
   *
   * @throws IllegalArgumentException if the text is not a quantity
   */
  public static Quantity parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.length() > 64 || !matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a quantity such as 500m, 2 or 64Mi");
    }
    if (matcher.group(2) != null) {
      return new Quantity(new BigDecimal(matcher.group(1) + matcher.group(2)));
    }
    BigDecimal factor =
        SUFFIXES.getOrDefault(matcher.group(3) == null ? "" : matcher.group(3), BigDecimal.ONE);
    return new Quantity(new BigDecimal(matcher.group(1)).multiply(factor));
  }

  /** In thousandths (CPU), rounded up, at most Long.MAX_VALUE. */
  public long millis() {
    return clamp(value.movePointRight(3).setScale(0, RoundingMode.CEILING).toBigInteger());
  }

  /** In units (bytes, pods), rounded up, at most Long.MAX_VALUE. */
  public long units() {
    return clamp(value.setScale(0, RoundingMode.CEILING).toBigInteger());
  }

  private static long clamp(BigInteger number) {
    return number
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .max(BigInteger.valueOf(Long.MIN_VALUE))
        .longValueExact();
  }

  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }

  private static Map<String, BigDecimal> suffixes() {
    Map<String, BigDecimal> map = new LinkedHashMap<>();
    map.put("n", BigDecimal.ONE.movePointLeft(9));
    map.put("u", BigDecimal.ONE.movePointLeft(6));
    map.put("m", BigDecimal.ONE.movePointLeft(3));
    String[] units = {"K", "M", "G", "T", "P", "E"};
    for (int i = 0; i < units.length; i++) {
      String decimal = i == 0 ? "k" : units[i];
      map.put(decimal, BigDecimal.ONE.movePointRight(3 * (i + 1)));
      map.put(units[i] + "i", new BigDecimal(BigInteger.TWO.pow(10 * (i + 1))));
    }
    return Map.copyOf(map);
  }
}
