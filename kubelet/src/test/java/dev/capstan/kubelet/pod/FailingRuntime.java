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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Fails the calls of one name, or all, as often as it is told; counts the calls of every name. */
final class FailingRuntime implements ContainerRuntime {

  /** The calls of a runtime. */
  enum Call {
    LIST,
    INSPECT,
    HAS_IMAGE,
    PULL,
    CREATE,
    START,
    SIGNAL,
    REMOVE,
    MESSAGE,
    LOGS,
    WATCH
  }

  private final ContainerRuntime inner;
  private final Map<Call, Integer> calls = new EnumMap<>(Call.class);
  private RuntimeFault.@Nullable Kind kind;
  private @Nullable Call only;
  private boolean defect;
  private int left;

  FailingRuntime(ContainerRuntime inner) {
    this.inner = inner;
  }

  /** From now on calls of this name fail with this kind, so many times. */
  void fail(Call name, RuntimeFault.Kind with, int times) {
    only = name;
    kind = with;
    left = times;
  }

  /** As {@link #fail}, with an exception that no runtime should throw. */
  void breakDown(Call name, int times) {
    only = name;
    defect = true;
    left = times;
  }

  /** The engine is away until {@link #heal}. */
  void goAway() {
    only = null;
    kind = RuntimeFault.Kind.UNAVAILABLE;
    left = Integer.MAX_VALUE;
  }

  void heal() {
    left = 0;
  }

  int calls(Call name) {
    return calls.getOrDefault(name, 0);
  }

  private void enter(Call name) throws RuntimeFault {
    calls.merge(name, 1, Integer::sum);
    if (left > 0 && (only == null || only == name)) {
      left--;
      if (defect) {
        throw new IllegalStateException("broken " + name);
      }
      if (kind != null) {
        throw new RuntimeFault(kind, "no luck with " + name + ", id " + calls(name));
      }
    }
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
    enter(Call.LIST);
    return inner.list();
  }

  @Override
  public Optional<ContainerView> inspect(ContainerRef ref)
      throws RuntimeFault, InterruptedException {
    enter(Call.INSPECT);
    return inner.inspect(ref);
  }

  @Override
  public boolean hasImage(String image) throws RuntimeFault, InterruptedException {
    enter(Call.HAS_IMAGE);
    return inner.hasImage(image);
  }

  @Override
  public void pull(String image) throws RuntimeFault, InterruptedException {
    enter(Call.PULL);
    inner.pull(image);
  }

  @Override
  public ContainerView create(ContainerSpec spec) throws RuntimeFault, InterruptedException {
    try {
      enter(Call.CREATE);
    } catch (RuntimeFault e) {
      // An engine that fails to make a container takes away what it had begun, and says so.
      inner.create(spec);
      inner.remove(spec.ref());
      throw e;
    }
    return inner.create(spec);
  }

  @Override
  public void start(ContainerRef ref) throws RuntimeFault, InterruptedException {
    enter(Call.START);
    inner.start(ref);
  }

  @Override
  public boolean signal(ContainerRef ref, Signal signal) throws RuntimeFault, InterruptedException {
    enter(Call.SIGNAL);
    return inner.signal(ref, signal);
  }

  @Override
  public byte[] message(ContainerRef ref) throws RuntimeFault, InterruptedException {
    enter(Call.MESSAGE);
    return inner.message(ref);
  }

  @Override
  public void remove(ContainerRef ref) throws RuntimeFault, InterruptedException {
    enter(Call.REMOVE);
    inner.remove(ref);
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
    enter(Call.LOGS);
    inner.logs(ref, query, sink);
  }

  @Override
  public void watch(Runnable connected, Consumer<ContainerChange> changes)
      throws RuntimeFault, InterruptedException {
    enter(Call.WATCH);
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
