package dev.capstan.ctl.table;

import com.google.protobuf.Message;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.ObjectReference;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Events. */
public final class EventTable implements KindTable {

  @Override
  public List<String> headings() {
    return List.of(
        "LAST SEEN",
        "TYPE",
        "REASON",
        "OBJECT",
        "MESSAGE",
        "SOURCE",
        "FIRST SEEN",
        "COUNT",
        "NAME");
  }

  @Override
  public int narrow() {
    return 5;
  }

  @Override
  public List<String> row(Message object, Instant now) {
    Event e = (Event) object;
    return List.of(
        lastSeen(e, now),
        e.getType(),
        e.getReason(),
        object(e.getInvolvedObject()),
        e.getMessage().strip(),
        source(e),
        e.hasFirstTimestamp() ? Cells.since(e.getFirstTimestamp(), now) : "<unknown>",
        Integer.toString(Math.max(1, e.getCount())),
        e.getMetadata().getName());
  }

  /** {@code 3m (x12 over 40m)}. */
  public static String lastSeen(Event e, Instant now) {
    if (!e.hasLastTimestamp()) {
      return e.hasFirstTimestamp() ? Cells.since(e.getFirstTimestamp(), now) : "<unknown>";
    }
    String last = Cells.since(e.getLastTimestamp(), now);
    return e.getCount() > 1 && e.hasFirstTimestamp()
        ? last + " (x" + e.getCount() + " over " + Cells.since(e.getFirstTimestamp(), now) + ")"
        : last;
  }

  /** Component and node. */
  public static String source(Event e) {
    String host = e.getSource().getHost();
    return e.getSource().getComponent() + (host.isEmpty() ? "" : ", " + host);
  }

  private static String object(ObjectReference ref) {
    return ref.getKind().toLowerCase(Locale.ROOT) + "/" + ref.getName();
  }
}
