package dev.capstan.kubelet.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** A runtime that hands every call on to another one, through {@link #around}. */
public abstract class ForwardingRuntime implements ContainerRuntime {

  /** The calls of a runtime that may fail. */
  public enum Operation {
    INFO,
    PREPARE,
    LIST,
    INSPECT,
    HAS_IMAGE,
    PULL,
    CREATE,
    START,
    SIGNAL,
    MESSAGE,
    REMOVE,
    RESTORE_NAME,
    EXEC,
    LOGS,
    WATCH,
    CLEAN_UP;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** As metrics name it, e.g. "has_image". */
    public String label() {
      return label;
    }
  }

  /** The call of the runtime behind. */
  protected interface Call<T> {
    T call() throws RuntimeFault, InterruptedException;
  }

  private interface Action {
    void run() throws RuntimeFault, InterruptedException;
  }

  private final ContainerRuntime inner;

  /** In front of another one. */
  protected ForwardingRuntime(ContainerRuntime inner) {
    this.inner = inner;
  }

  /** Makes the call, or does something in its place, before it or after it. */
  protected abstract <T> T around(Operation operation, Call<T> call)
      throws RuntimeFault, InterruptedException;

  private void run(Operation operation, Action action) throws RuntimeFault, InterruptedException {
    around(
        operation,
        () -> {
          action.run();
          return true;
        });
  }

  @Override
  public EngineInfo info() throws RuntimeFault, InterruptedException {
    return around(Operation.INFO, inner::info);
  }

  @Override
  public void prepare() throws RuntimeFault, InterruptedException {
    run(Operation.PREPARE, inner::prepare);
  }

  @Override
  public List<String> shortcomings() {
    return inner.shortcomings();
  }

  @Override
  public List<ContainerSummary> list() throws RuntimeFault, InterruptedException {
    return around(Operation.LIST, inner::list);
  }

  @Override
  public Optional<ContainerView> inspect(ContainerRef ref)
      throws RuntimeFault, InterruptedException {
    return around(Operation.INSPECT, () -> inner.inspect(ref));
  }

  @Override
  public boolean hasImage(String image) throws RuntimeFault, InterruptedException {
    return around(Operation.HAS_IMAGE, () -> inner.hasImage(image));
  }

  @Override
  public void pull(String image) throws RuntimeFault, InterruptedException {
    run(Operation.PULL, () -> inner.pull(image));
  }

  @Override
  public ContainerView create(ContainerSpec spec) throws RuntimeFault, InterruptedException {
    return around(Operation.CREATE, () -> inner.create(spec));
  }

  @Override
  public void start(ContainerRef ref) throws RuntimeFault, InterruptedException {
    run(Operation.START, () -> inner.start(ref));
  }

  @Override
  public boolean signal(ContainerRef ref, Signal signal) throws RuntimeFault, InterruptedException {
    return around(Operation.SIGNAL, () -> inner.signal(ref, signal));
  }

  @Override
  public byte[] message(ContainerRef ref) throws RuntimeFault, InterruptedException {
    return around(Operation.MESSAGE, () -> inner.message(ref));
  }

  @Override
  public void remove(ContainerRef ref) throws RuntimeFault, InterruptedException {
    run(Operation.REMOVE, () -> inner.remove(ref));
  }

  @Override
  public void restoreName(String id, ContainerRef ref) throws RuntimeFault, InterruptedException {
    run(Operation.RESTORE_NAME, () -> inner.restoreName(id, ref));
  }

  @Override
  public ExecResult exec(ContainerRef ref, List<String> command, Duration timeout)
      throws RuntimeFault, InterruptedException {
    return around(Operation.EXEC, () -> inner.exec(ref, command, timeout));
  }

  @Override
  public void logs(ContainerRef ref, LogQuery query, LogSink sink)
      throws RuntimeFault, InterruptedException {
    run(Operation.LOGS, () -> inner.logs(ref, query, sink));
  }

  @Override
  public void watch(Runnable connected, Consumer<ContainerChange> changes)
      throws RuntimeFault, InterruptedException {
    run(Operation.WATCH, () -> inner.watch(connected, changes));
  }

  @Override
  public void cleanUp() throws RuntimeFault, InterruptedException {
    run(Operation.CLEAN_UP, inner::cleanUp);
  }

  @Override
  public void close() {
    inner.close();
  }
}
