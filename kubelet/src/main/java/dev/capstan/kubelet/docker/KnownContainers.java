package dev.capstan.kubelet.docker;

import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ContainerView.State;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the engine has just said of containers that are about to start or have just started, so that
 * it need not be asked again at once.
 *
 * <p>A view is kept for a few seconds, and only while the engine's event stream is open, which
 * would tell if it were no longer true. Whatever happens to the container ends it: an event, a call
 * of this kubelet, a list that says otherwise. Losing a view costs an inspection and nothing else.
 */
final class KnownContainers {

  /** Not longer, should the event stream have gone silent. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Look> looks = new HashMap<>();
  private boolean listening;

  KnownContainers(Clock clock) {
    this.clock = clock;
  }

  /** One question to the engine. What happens after it was asked may not be in the answer. */
  static final class Look {
    private boolean started;
    private @Nullable ContainerView view;
    private long at;
  }

  /** The event stream is open: what happens from now on is told. */
  void listen() {
    become(true);
  }

  /** The event stream is no more: nothing is known. */
  void stopListening() {
    become(false);
  }

  private void become(boolean listens) {
    lock.lock();
    try {
      looks.clear();
      listening = listens;
    } finally {
      lock.unlock();
    }
  }

  /** The container as it was last seen; empty if it may have changed since. */
  Optional<ContainerView> find(ContainerRef ref) {
    lock.lock();
    try {
      Look look = looks.get(ref.name());
      return look == null || clock.nanoTime() - look.at > FRESH.toNanos()
          ? Optional.empty()
          : Optional.ofNullable(look.view);
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #find}, for somebody who is about to change the container. */
  Optional<ContainerView> take(ContainerRef ref) {
    Optional<ContainerView> view = find(ref);
    forget(ref);
    return view;
  }

  /** To be called before the engine is asked. */
  Look look(ContainerRef ref) {
    Look look = new Look();
    lock.lock();
    try {
      if (listening) {
        looks.put(ref.name(), look);
      }
      return look;
    } finally {
      lock.unlock();
    }
  }

  /** The engine has made the container. */
  void made(Look look, ContainerView view) {
    keep(look, view, true);
  }

  /**
   * What an inspection said. Only of running containers is it kept: nobody asks again for others.
   */
  void saw(Look look, ContainerView view) {
    keep(look, view, view.state() == State.RUNNING);
  }

  private void keep(Look look, ContainerView view, boolean wanted) {
    String name = view.ref().name();
    lock.lock();
    try {
      if (looks.get(name) != look) {
        return; // Something has happened meanwhile.
      }
      if (wanted && !(look.started && view.state() == State.CREATED)) {
        look.view = view;
        look.at = clock.nanoTime();
      } else {
        looks.remove(name);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Something has happened to the container, or is about to. */
  void forget(ContainerRef ref) {
    lock.lock();
    try {
      looks.remove(ref.name());
    } finally {
      lock.unlock();
    }
  }

  /**
   * The container was started. One that was seen running is that start's: before another it would
   * have ended.
   */
  void started(ContainerRef ref) {
    lock.lock();
    try {
      Look look = looks.get(ref.name());
      if (look != null) {
        look.started = true;
        if (look.view != null && look.view.state() == State.CREATED) {
          looks.remove(ref.name());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets all that a list of the node's containers does not confirm. */
  void compare(List<ContainerSummary> containers) {
    Map<String, ContainerSummary> listed = new HashMap<>();
    containers.forEach(container -> listed.put(container.ref().name(), container));
    lock.lock();
    try {
      looks.entrySet().removeIf(look -> !confirmed(look.getValue(), listed.get(look.getKey())));
    } finally {
      lock.unlock();
    }
  }

  private static boolean confirmed(Look look, @Nullable ContainerSummary listed) {
    return look.view != null
        && listed != null
        && !listed.renamed()
        && listed.id().equals(look.view.id())
        && listed.running() == (look.view.state() == State.RUNNING);
  }
}
