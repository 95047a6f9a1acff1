package dev.capstan.seam;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CarriersTest {

  static final CountDownLatch RELEASED = new CountDownLatch(1);

  /** Whoever initialises it waits, pinned to a carrier. */
  static final class Pin {
    static {
      try {
        RELEASED.await();
      } catch (InterruptedException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private Pin() {}
  }

  /** Another {@link Pin} for each: a class is initialised once for each loader. */
  private static final class Own extends URLClassLoader {
    Own() {
      super(
          new URL[] {CarriersTest.class.getProtectionDomain().getCodeSource().getLocation()},
          CarriersTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      return name.equals(Pin.class.getName()) ? findClass(name) : super.loadClass(name, resolve);
    }
  }

  @Test
  @Timeout(60)
  void virtualThreadsGoOnWhenEveryCarrierWaitsForAnotherThread() throws Exception {
    Seam seam = Seam.system();
    var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    List<Thread> pinned = new ArrayList<>();
    List<Own> loaders = new ArrayList<>();
    for (int i = 0; i < scheduler.getParallelism(); i++) {
      Own loader = new Own();
      loaders.add(loader);
      pinned.add(seam.threads().start("pinned", () -> initialise(loader)));
    }
    while (scheduler.getMountedVirtualThreadCount() < pinned.size()) {
      Thread.onSpinWait();
    }
    Thread rescuer = seam.threads().start("rescuer", RELEASED::countDown);
    rescuer.join();
    for (Thread thread : pinned) {
      thread.join();
    }
    for (Own loader : loaders) {
      loader.close();
    }
    assertThat(RELEASED.getCount()).isZero();
  }

  private static void initialise(Own loader) {
    try {
      Class.forName(Pin.class.getName(), true, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
