package dev.capstan.apiserver.events;

import com.google.protobuf.Timestamp;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.ObjectReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/** Which events are the same, and what becomes of them. */
final class EventMerge {

  /** Keeps names of events within the 253 characters of a name. */
  private static final int MAX_PREFIX = 200;

  private EventMerge() {}

  /**
   * The name of an event, made of what it is merged by: events of the same name are the same, so
   * that merging is an update of one object and needs no search.
   */
  static String name(Event event) {
    ObjectReference object = event.getInvolvedObject();
    String identity =
        String.join(
            "\0",
            object.getKind(),
            object.getNamespace(),
            object.getName(),
            object.getUid(),
            object.getFieldPath(),
            event.getReason(),
            event.getMessage(),
            event.getSource().getComponent(),
            event.getSource().getHost(),
            event.getType());
    String prefix = object.getName();
    prefix = prefix.length() > MAX_PREFIX ? prefix.substring(0, MAX_PREFIX) : prefix;
    // A cut can leave a dot or a dash at the end, after which a name's next part must not begin.
    return prefix.replaceAll("[-.]+$", "") + "." + digest(identity).substring(0, 16);
  }

  private static String digest(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  /** A reported event with its name, count and times filled in. */
  static Event normal(Event event, Instant now) {
    Timestamp time = ApiTimes.of(now);
    Timestamp last = event.hasLastTimestamp() ? event.getLastTimestamp() : time;
    Event.Builder normal =
        event.toBuilder()
            .setCount(Math.max(1, event.getCount()))
            .setLastTimestamp(last)
            .setFirstTimestamp(event.hasFirstTimestamp() ? event.getFirstTimestamp() : last);
    normal.getMetadataBuilder().setName(name(event)).clearGenerateName();
    return normal.build();
  }

  /** Both as one: the older one's identity, the sum of the counts, the whole span of time. */
  static Event merge(Event older, Event newer) {
    Event.Builder merged = older.toBuilder();
    merged.setCount((int) Math.min(Integer.MAX_VALUE, (long) older.getCount() + newer.getCount()));
    if (ApiTimes.instant(newer.getLastTimestamp())
        .isAfter(ApiTimes.instant(older.getLastTimestamp()))) {
      merged.setLastTimestamp(newer.getLastTimestamp());
    }
    if (ApiTimes.instant(newer.getFirstTimestamp())
        .isBefore(ApiTimes.instant(older.getFirstTimestamp()))) {
      merged.setFirstTimestamp(newer.getFirstTimestamp());
    }
    merged
        .getInvolvedObjectBuilder()
        .setResourceVersion(newer.getInvolvedObject().getResourceVersion());
    return merged.build();
  }
}
