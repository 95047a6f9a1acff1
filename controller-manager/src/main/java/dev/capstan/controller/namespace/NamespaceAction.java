package dev.capstan.controller.namespace;

import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.ObjectType;
import java.time.Duration;
import java.util.List;

/** What a namespace wants done. */
public sealed interface NamespaceAction {

  /** Delete these objects. */
  record DeleteContent(ObjectType<?> type, List<ObjectMeta> objects) implements NamespaceAction {}

  /** Say what the deletion waits for. */
  record SetConditions(List<Condition> conditions) implements NamespaceAction {}

  /** Let the namespace go: it is empty. */
  record Finish() implements NamespaceAction {}

  /** Look again after this time: what is going takes its grace period. */
  record LookAgain(Duration after) implements NamespaceAction {}
}
