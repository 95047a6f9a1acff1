package dev.capstan.controller;

import java.util.Optional;

/** What became of a {@link Change}. */
public sealed interface Written {

  /** It is stored. */
  record Done() implements Written {}

  /** The object has changed, or is another one of the same name: look again and decide anew. */
  record Stale(String message) implements Written {}

  /** There is no such object. */
  record Gone(String message) implements Written {}

  /** The name is taken. */
  record Taken(String message) implements Written {}

  /** The server does not allow it; trying the same again will not help soon. */
  record Refused(String message) implements Written {}

  /** True if it is stored. */
  default boolean done() {
    return this instanceof Done;
  }

  /** Why it is not stored, in the server's words; empty if it is. */
  static Optional<String> why(Written written) {
    return switch (written) {
      case Done ignored -> Optional.empty();
      case Stale(String message) -> Optional.of(message);
      case Gone(String message) -> Optional.of(message);
      case Taken(String message) -> Optional.of(message);
      case Refused(String message) -> Optional.of(message);
    };
  }
}
