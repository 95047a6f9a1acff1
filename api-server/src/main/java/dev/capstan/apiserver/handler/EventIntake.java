package dev.capstan.apiserver.handler;

import dev.capstan.api.v1.Event;
import dev.capstan.apiserver.write.Origin;
import dev.capstan.apiserver.write.Written;
import dev.capstan.kinds.ServedKind;

/** Takes new events: merged, and dropped rather than kept waiting. */
@FunctionalInterface
public interface EventIntake {

  /** Never blocks: the event as it is kept, or as it would have been if it was dropped. */
  Written create(ServedKind served, String namespace, Event event, Origin origin);
}
