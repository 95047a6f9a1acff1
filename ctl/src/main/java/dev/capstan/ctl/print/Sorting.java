package dev.capstan.ctl.print;

import com.google.gson.JsonElement;
import dev.capstan.api.Quantity;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.text.JsonPath;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;

/** Orders objects by a field, as --sort-by asks. Objects without the field come first. */
public final class Sorting {

  private record Keyed(Item item, List<JsonElement> key) {}

  private Sorting() {}

  /** The items in the order of the field. */
  public static List<Item> by(String expression, List<Item> items) {
    JsonPath path;
    try {
      path = JsonPath.relaxed(expression);
    } catch (IllegalArgumentException e) {
      throw CliException.error("error parsing jsonpath " + expression + ", " + e.getMessage());
    }
    List<Keyed> keyed =
        items.stream()
            .map(i -> new Keyed(i, Format.evaluate(path, () -> path.find(i.json()))))
            .toList();
    if (!items.isEmpty() && keyed.stream().allMatch(k -> k.key().isEmpty())) {
      throw CliException.error(
          "couldn't find any field with path \"" + expression + "\" in the list of objects");
    }
    return keyed.stream()
        .sorted(Comparator.comparing(Keyed::key, Sorting::compare))
        .map(Keyed::item)
        .toList();
  }

  private static int compare(List<JsonElement> a, List<JsonElement> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return Boolean.compare(!a.isEmpty(), !b.isEmpty());
    }
    JsonElement x = a.getFirst();
    JsonElement y = b.getFirst();
    if (isNumber(x) && isNumber(y)) {
      return new BigDecimal(x.getAsString()).compareTo(new BigDecimal(y.getAsString()));
    }
    return texts(JsonPath.text(x), JsonPath.text(y));
  }

  private static boolean isNumber(JsonElement e) {
    return e.isJsonPrimitive() && e.getAsJsonPrimitive().isNumber();
  }

  private static int texts(String a, String b) {
    try {
      return Quantity.parse(a).compareTo(Quantity.parse(b));
    } catch (IllegalArgumentException e) {
      return a.compareTo(b); // Times in RFC 3339 sort as text, too.
    }
  }
}
