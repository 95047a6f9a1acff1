package dev.capstan.ctl.verb;

import com.google.protobuf.Timestamp;
import dev.capstan.api.v1.Event;
import dev.capstan.ctl.print.Item;
import java.util.Comparator;

/** Events in the order in which they last happened. */
final class EventOrder {

  static final Comparator<Item> BY_TIME =
      Comparator.<Item>comparingLong(i -> last((Event) i.object()).getSeconds())
          .thenComparingInt(i -> last((Event) i.object()).getNanos())
          .thenComparing(Item::name);

  private EventOrder() {}

  static Timestamp last(Event e) {
    if (e.hasLastTimestamp()) {
      return e.getLastTimestamp();
    }
    return e.hasFirstTimestamp() ? e.getFirstTimestamp() : e.getMetadata().getCreationTimestamp();
  }
}
