package dev.capstan.api;

import dev.capstan.api.v1.IntOrString;

/** A number or a percentage. */
public final class IntOrStrings {

  private IntOrStrings() {}

  /** The number. */
  public static IntOrString of(int value) {
    return IntOrString.newBuilder().setIntValue(value).build();
  }

  /** The text, e.g. "25%" or "http". */
  public static IntOrString of(String value) {
    return IntOrString.newBuilder().setStringValue(value).build();
  }

  /** As people write it. */
  public static String text(IntOrString value) {
    return switch (value.getValueCase()) {
      case INT_VALUE -> Integer.toString(value.getIntValue());
      case STRING_VALUE -> value.getStringValue();
      case VALUE_NOT_SET -> "";
    };
  }

  /**
   * The number, or the percentage of a total.
   *
   * @throws IllegalArgumentException if it is neither a number nor a percentage such as "25%"
   */
  public static int scaled(IntOrString value, int total, boolean roundUp) {
    if (value.getValueCase() == IntOrString.ValueCase.INT_VALUE) {
      return value.getIntValue();
    }
    long product = (long) percent(value) * total;
    return (int) ((roundUp ? product + 99 : product) / 100);
  }

  /** The percentage of "25%", 0 to 100,000,000. */
  public static int percent(IntOrString value) {
    String text = value.getStringValue();
    if (!text.matches("[0-9]{1,8}%")) {
      throw new IllegalArgumentException(
          "\"" + text + "\" must be a whole number or a percentage such as 25%");
    }
    return Numbers.parseInt(text.substring(0, text.length() - 1));
  }
}
