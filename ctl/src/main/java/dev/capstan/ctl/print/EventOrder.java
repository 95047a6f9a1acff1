package dev.capstan.ctl.print;

import com.google.protobuf.Timestamp;
import dev.capstan.api.v1.Event;
import java.math.BigInteger;
import java.util.Comparator;

/**
 * Events in the order in which they last happened. Those of the same moment are in the order in
 * which they were written.
 */
public final class EventOrder {

  /** Of events as objects. */
  public static final Comparator<Event> BY_TIME =
      Comparator.<Event>comparingLong(e -> last(e).getSeconds())
          .thenComparingInt(e -> last(e).getNanos())
          .thenComparing(e -> written(e.getMetadata().getResourceVersion()));

  /** Of events as items. */
  public static final Comparator<Item> ITEMS =
      Comparator.comparing(item -> (Event) item.object(), BY_TIME);

  private EventOrder() {}

  private static Timestamp last(Event e) {
    if (e.hasLastTimestamp()) {
      return e.getLastTimestamp();
    }
    return e.hasFirstTimestamp() ? e.getFirstTimestamp() : e.getMetadata().getCreationTimestamp();
  }

  private static BigInteger written(String version) {
    return version.matches("[0-9]+") ? new BigInteger(version) : BigInteger.ZERO;
  }
}
