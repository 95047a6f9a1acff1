package dev.capstan.kubelet;

import dev.capstan.kubelet.pod.KubeletMetrics;
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
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A runtime whose calls are measured. */
final class MeteredRuntime implements ContainerRuntime {

  private final ContainerRuntime inner;
  private final KubeletMetrics metrics;
  private final Clock clock;

  MeteredRuntime(ContainerRuntime inner, KubeletMetrics metrics, Clock clock) {
    this.inner = inner;
    this.metrics = metrics;
    this.clock = clock;
  }

  private interface Call<T> {
    T call() throws RuntimeFault, InterruptedException;
  }

  private interface Action {
    void run() throws RuntimeFault, InterruptedException;
  }

  private <T> T measure(String operation, Call<T> call) throws RuntimeFault, InterruptedException {
    long begun = clock.nanoTime();
    boolean failed = true;
    try {
      T result = call.call();
      failed = false;
      return result;
    } finally {
      metrics.runtimeCall(operation, failed, Duration.ofNanos(clock.nanoTime() - begun));
    }
  }

  private void measured(String operation, Action action) throws RuntimeFault, InterruptedException {
    measure(
        operation,
        () -> {
          action.run();
          return true;
        });
  }

  @Override
  public EngineInfo info() throws RuntimeFault, InterruptedException {
    return measure("info", inner::info);
  }

  @Override
  public void prepare() throws RuntimeFault, InterruptedException {
    measured("prepare", inner::prepare);
  }

  @Override
  public List<String> shortcomings() {
    return inner.shortcomings();
  }

  @Override
  public List<ContainerSummary> list() throws RuntimeFault, InterruptedException {
    return measure("list", inner::list);
  }

  @Override
  public Optional<ContainerView> inspect(ContainerRef ref)
      throws RuntimeFault, InterruptedException {
    return measure("inspect", () -> inner.inspect(ref));
  }

  @Override
  public boolean hasImage(String image) throws RuntimeFault, InterruptedException {
    return measure("has_image", () -> inner.hasImage(image));
  }

  @Override
  public void pull(String image) throws RuntimeFault, InterruptedException {
    measured("pull", () -> inner.pull(image));
  }

  @Override
  public ContainerView create(ContainerSpec spec) throws RuntimeFault, InterruptedException {
    return measure("create", () -> inner.create(spec));
  }

  @Override
  public void start(ContainerRef ref) throws RuntimeFault, InterruptedException {
    measured("start", () -> inner.start(ref));
  }

  @Override
  public boolean signal(ContainerRef ref, Signal signal) throws RuntimeFault, InterruptedException {
    return measure("signal", () -> inner.signal(ref, signal));
  }

  @Override
  public byte[] message(ContainerRef ref) throws RuntimeFault, InterruptedException {
    return measure("message", () -> inner.message(ref));
  }

  @Override
  public void remove(ContainerRef ref) throws RuntimeFault, InterruptedException {
    measured("remove", () -> inner.remove(ref));
  }

  @Override
  public void restoreName(String id, ContainerRef ref) throws RuntimeFault, InterruptedException {
    measured("restore_name", () -> inner.restoreName(id, ref));
  }

  @Override
  public ExecResult exec(ContainerRef ref, List<String> command, Duration timeout)
      throws RuntimeFault, InterruptedException {
    return measure("exec", () -> inner.exec(ref, command, timeout));
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
