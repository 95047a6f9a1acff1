package dev.capstan.kubelet.pod;

import dev.capstan.kubelet.runtime.ContainerChange;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.EngineInfo;
import dev.capstan.kubelet.runtime.ExecResult;
import dev.capstan.kubelet.runtime.LogQuery;
import dev.capstan.kubelet.runtime.LogSink;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Kills its kubelet right before or right after the n-th call. */
final class CrashingRuntime implements ContainerRuntime {

  private final ContainerRuntime inner;
  private final Runnable kill;
  private final int at;
  private final boolean after;
  private int calls;

  /**
   * A runtime that crashes once.
   *
   * @param at number of the call, from 0
   * @param after whether the call has its effect
   */
  CrashingRuntime(ContainerRuntime inner, Runnable kill, int at, boolean after) {
    this.inner = inner;
    this.kill = kill;
    this.at = at;
    this.after = after;
  }

  int calls() {
    return calls;
  }

  private interface Call<T> {
    T call() throws RuntimeFault, InterruptedException;
  }

  private <T> T step(Call<T> call) throws RuntimeFault, InterruptedException {
    boolean now = calls++ == at;
    if (now && !after) {
      die();
    }
    T result = call.call();
    if (now) {
      die();
    }
    return result;
  }

  /** The process is killed; this thread, too, must not get any further. */
  private void die() throws InterruptedException {
    kill.run();
    Thread.currentThread().interrupt();
    throw new InterruptedException("killed");
  }

  @Override
  public EngineInfo info() throws RuntimeFault, InterruptedException {
    return inner.info();
  }

  @Override
  public void prepare() throws RuntimeFault, InterruptedException {
    inner.prepare();
  }

  @Override
  public List<ContainerSummary> list() throws RuntimeFault, InterruptedException {
    return step(inner::list);
  }

  @Override
  public Optional<ContainerView> inspect(ContainerRef ref)
      throws RuntimeFault, InterruptedException {
    return step(() -> inner.inspect(ref));
  }

  @Override
  public boolean hasImage(String image) throws RuntimeFault, InterruptedException {
    return step(() -> inner.hasImage(image));
  }

  @Override
  public void pull(String image) throws RuntimeFault, InterruptedException {
    inner.pull(image);
  }

  @Override
  public ContainerView create(ContainerSpec spec) throws RuntimeFault, InterruptedException {
    return step(() -> inner.create(spec));
  }

  @Override
  public void start(ContainerRef ref) throws RuntimeFault, InterruptedException {
    step(() -> {
      inner.start(ref);
      return true;
    });
  }

  @Override
  public boolean signal(ContainerRef ref, Signal signal) throws RuntimeFault, InterruptedException {
    return step(() -> inner.signal(ref, signal));
  }

  @Override
  public byte[] message(ContainerRef ref) throws RuntimeFault, InterruptedException {
    return inner.message(ref);
  }

  @Override
  public void remove(ContainerRef ref) throws RuntimeFault, InterruptedException {
    step(() -> {
      inner.remove(ref);
      return true;
    });
  }

  @Override
  public void restoreName(String id, ContainerRef ref) throws RuntimeFault, InterruptedException {
    inner.restoreName(id, ref);
  }

  @Override
  public ExecResult exec(ContainerRef ref, List<String> command, Duration timeout)
      throws RuntimeFault, InterruptedException {
    return inner.exec(ref, command, timeout);
  }

  @Override
  public void logs(ContainerRef ref, LogQuery query, LogSink sink)
      throws RuntimeFault, InterruptedException {
    inner.logs(ref, query, sink);
  }

  @Override
  public void watch(Runnable connected, Consumer<ContainerChange> changes)
      throws RuntimeFault, InterruptedException {
    inner.watch(connected, changes);
  }

  @Override
  public void cleanUp() throws RuntimeFault, InterruptedException {
    inner.cleanUp();
  }

  @Override
  public void close() {
    inner.close();
  }
}
