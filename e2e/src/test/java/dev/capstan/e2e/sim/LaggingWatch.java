package dev.capstan.e2e.sim;

import dev.capstan.kvstore.KvStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A watch between the store and the API server: what it tells may be held back, or end. */
final class LaggingWatch implements KvStore.Watch, KvStore.WatchListener {

  private final KvStore.WatchListener listener;
  private final BooleanSupplier heldBack;
  private final Consumer<LaggingWatch> ended;
  private final List<Runnable> mail = new ArrayList<>();
  private KvStore.@Nullable Watch inner;
  private boolean over;

  /**
   * @param heldBack whether nothing is to arrive at present
   * @param ended hears of its end
   */
  LaggingWatch(
      KvStore.WatchListener listener, BooleanSupplier heldBack, Consumer<LaggingWatch> ended) {
    this.listener = listener;
    this.heldBack = heldBack;
    this.ended = ended;
  }

  void follow(KvStore.Watch watch) {
    inner = watch;
  }

  /** Whatever has been held back arrives, unless it still is. */
  void deliver() {
    while (!mail.isEmpty() && !over && !heldBack.getAsBoolean()) {
      mail.removeFirst().run();
    }
  }

  private void post(Runnable letter) {
    if (!over) {
      mail.add(letter);
      deliver();
    }
  }

  void end(KvStore.WatchEnd how) {
    if (!over) {
      over = true;
      ended.accept(this);
      listener.onEnd(how);
      if (inner != null) {
        inner.close();
      }
    }
  }

  @Override
  public void onRevision(long revision, List<KvStore.Change> changes) {
    post(() -> listener.onRevision(revision, changes));
  }

  @Override
  public void onProgress(long revision) {
    post(() -> listener.onProgress(revision));
  }

  @Override
  public void onEnd(KvStore.WatchEnd how) {
    post(() -> {
      ended.accept(this);
      over = true;
      listener.onEnd(how);
    });
  }

  @Override
  public void requestProgress() {
    if (inner != null && !over) {
      inner.requestProgress();
    }
  }

  @Override
  public void close() {
    end(new KvStore.WatchEnd.Closed());
  }
}
