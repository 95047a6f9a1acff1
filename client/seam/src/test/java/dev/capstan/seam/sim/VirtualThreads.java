package dev.capstan.seam.sim;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;

/** Virtual threads on a scheduler of one's own, which the JDK has but does not offer. */
final class VirtualThreads {

  private static final Constructor<?> BUILDER = builder();

  private VirtualThreads() {}

  private static Constructor<?> builder() {
    try {
      Constructor<?> constructor =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalStateException(
          "the simulation needs JDK 25 with --add-opens java.base/java.lang=ALL-UNNAMED", e);
    }
  }

  /**
   * A thread that is not started.
   *
   * @param scheduler given the thread's next piece of work whenever it can go on
   */
  static Thread unstarted(Executor scheduler, String name, Runnable body) {
    try {
      return ((Thread.Builder.OfVirtual) BUILDER.newInstance(scheduler)).name(name).unstarted(body);
    } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }
}
