package dev.capstan.apiserver.events;

import dev.capstan.api.v1.Event;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to the store: a bounded number, merged while they wait, one writer per name.
 */
final class EventQueue {

  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, Event> waiting = new LinkedHashMap<>();
  // Names that a worker is writing: a second occurrence waits, or the two would refuse each other.
  private final Map<String, Boolean> writing = new LinkedHashMap<>();
  private boolean closed;

  EventQueue(int capacity) {
    this.capacity = capacity;
  }

  private static String key(Event event) {
    return event.getMetadata().getNamespace() + "/" + event.getMetadata().getName();
  }

  /** False if there is no room. Never blocks for long. */
  boolean offer(Event event) {
    lock.lock();
    try {
      Event same = waiting.get(key(event));
      if (closed || (same == null && waiting.size() >= capacity)) {
        return false;
      }
      waiting.put(key(event), same == null ? event : EventMerge.merge(same, event));
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Blocks for the next event, to be given back to {@link #done}; null once closed. */
  @Nullable Event take() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        Event next = closed ? null : pollFree();
        if (closed || next != null) {
          return next;
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Event pollFree() {
    Iterator<Map.Entry<String, Event>> entries = waiting.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Event> entry = entries.next();
      if (writing.putIfAbsent(entry.getKey(), true) == null) {
        entries.remove();
        return entry.getValue();
      }
    }
    return null;
  }

  /** The event was written, or given up. */
  void done(Event event) {
    lock.lock();
    try {
      writing.remove(key(event));
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
