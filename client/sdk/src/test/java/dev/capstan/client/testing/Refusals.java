package dev.capstan.client.testing;

import dev.capstan.api.Kind;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a server refuses for ever, and how often it was asked for it. */
final class Refusals {

  private static final List<String> READS = List.of("Get", "List", "Watch");

  private final Map<String, Status> answers = new ConcurrentHashMap<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final AtomicLong writes = new AtomicLong();

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

  /** Writes of anything but leases and events, refused or not. */
  long writes() {
    return writes.get();
  }

  /** Throws what a method of a kind is to be answered with, if it is to be refused. */
  void check(Kind kind, String method) {
    String what = kind.name() + "/" + method;
    if (!READS.contains(method) && !kind.name().equals("Lease") && !kind.name().equals("Event")) {
      writes.incrementAndGet();
    }
    @Nullable Status answer = answers.get(what);
    if (answer != null) {
      refused.add(what);
      throw answer.asRuntimeException();
    }
  }
}
