package dev.capstan.ctl.text;

import dev.capstan.api.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Sums and shares of quantities, as people read them. */
public final class Quantities {

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private Quantities() {}

  /** The sum; what is not a quantity counts as nothing. */
  public static Quantity add(Quantity sum, String more) {
    return new Quantity(sum.value().add(parse(more).value()));
  }

  /** CPU in cores or thousandths, memory in the largest binary unit that keeps it whole. */
  public static String print(String resource, Quantity q) {
    if (resource.equals("cpu")) {
      long millis = q.millis();
      return millis % 1000 == 0 ? Long.toString(millis / 1000) : millis + "m";
    }
    long bytes = q.units();
    String[] units = {"", "Ki", "Mi", "Gi", "Ti"};
    int unit = 0;
    while (bytes != 0 && bytes % 1024 == 0 && unit < units.length - 1) {
      bytes /= 1024;
      unit++;
    }
    return bytes + units[unit];
  }

  /** A part of a whole in whole percent; 0 if there is no whole. */
  public static long percent(String part, String whole) {
    BigDecimal all = parse(whole).value();
    return all.signum() == 0
        ? 0
        : parse(part).value().multiply(HUNDRED).divide(all, 0, RoundingMode.DOWN).longValue();
  }

  private static Quantity parse(String text) {
    try {
      return Quantity.parse(text);
    } catch (IllegalArgumentException e) {
      return Quantity.ZERO;
    }
  }
}
