package dev.capstan.kinds;

import dev.capstan.api.v1.Event;

/** Events: short, about something, and in the namespace of what they are about. */
public final class EventStrategy implements Strategy<Event> {

  private static final int MOST_MESSAGE = 1024;

  @Override
  public Event defaulted(Event object) {
    return object.getType().isEmpty() ? object.toBuilder().setType("Normal").build() : object;
  }

  @Override
  public void validate(Event object, Violations at) {
    Violations involved = at.at("involvedObject");
    involved.at("kind").required(object.getInvolvedObject().getKind());
    if (involved.at("name").required(object.getInvolvedObject().getName())) {
      Names.subdomain(object.getInvolvedObject().getName(), involved.at("name"));
    }
    Violations reason = at.at("reason");
    if (reason.required(object.getReason())) {
      reason.check(object.getReason().length() <= 128, "must be at most 128 characters");
    }
    at.at("message")
        .check(object.getMessage().length() <= MOST_MESSAGE, "must be at most 1024 characters");
    at.at("count").range(object.getCount(), 0, Long.MAX_VALUE);
    String namespace = object.getInvolvedObject().getNamespace();
    involved
        .at("namespace")
        .check(
            namespace.isEmpty() || namespace.equals(object.getMetadata().getNamespace()),
            "must be the namespace of the event");
  }
}
