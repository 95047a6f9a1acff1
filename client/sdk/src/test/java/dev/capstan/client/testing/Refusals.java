package dev.capstan.client.testing;

import dev.capstan.api.Kind;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What a server refuses for ever, and how often it was asked for it. */
final class Refusals {

  private final Map<String, Status> answers = new ConcurrentHashMap<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  /**
   * @param what e.g. "Pod/Create"
   */
  void add(String what, Status answer) {
    answers.put(what, answer);
  }

  void clear() {
    answers.clear();
  }

  long count() {
    return refused.size();
  }

  /** Throws what a method of a kind is to be answered with, if it is to be refused. */
  void check(Kind kind, String method) {
    String what = kind.name() + "/" + method;
    @Nullable Status answer = answers.get(what);
    if (answer != null) {
      refused.add(what);
      throw answer.asRuntimeException();
    }
  }
}
