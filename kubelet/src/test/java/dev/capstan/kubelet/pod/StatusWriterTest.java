package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.kubelet.pod.PodApi.StatusWrite;
import dev.capstan.seam.sim.Simulation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a status writer does about writes that are refused. */
class StatusWriterTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  /** An API server that refuses the statuses of a pod called "bad". */
  private static final class Refusing {
    final List<String> written = new ArrayList<>();
    int refused;

    PodApi api() {
      return (PodApi)
          Proxy.newProxyInstance(
              PodApi.class.getClassLoader(),
              new Class<?>[] {PodApi.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "writeStatuses" -> write((List<?>) arguments[0]);
                    case "find" -> Optional.empty();
                    default -> throw new AssertionError(method.getName());
                  });
    }

    private List<StatusWrite> write(List<?> pods) {
      List<StatusWrite> answers = new ArrayList<>();
      for (Object each : pods) {
        Pod pod = (Pod) each;
        boolean bad = pod.getMetadata().getName().equals("bad");
        refused += bad ? 1 : 0;
        if (!bad) {
          written.add(pod.getMetadata().getName() + " " + pod.getStatus().getPhase());
        }
        answers.add(
            bad
                ? new StatusWrite.Failed("pods/default/bad cannot be read")
                : new StatusWrite.Written(Long.toString((2L + written.size()) << 7)));
      }
      return answers;
    }
  }

  private static Pod pod(String name) {
    return Pod.newBuilder()
        .setMetadata(
            ObjectMeta.newBuilder()
                .setNamespace("default")
                .setName(name)
                .setUid(name)
                .setResourceVersion("128"))
        .build();
  }

  private static PodStatus phase(String phase) {
    return PodStatus.newBuilder().setPhase(phase).build();
  }

  @Test
  void whatIsRefusedForEverIsTriedLessAndLessAndHoldsNobodyUp() {
    Simulation.run(
        1,
        sim -> {
          Refusing server = new Refusing();
          StatusWriter writer = new StatusWriter(server.api(), sim.seam());
          writer.observe(pod("bad"));
          writer.observe(pod("good"));
          Thread thread = sim.seam().threads().start("statuses", writer);
          writer.want("bad", phase("Running"));
          sim.seam().clock().sleep(LONG);
          assertThat(server.refused).isBetween(5, 70);
          Duration before = sim.elapsed();
          writer.want("good", phase("Running"));
          writer.flush("good");
          assertThat(server.written).containsExactly("good Running");
          assertThat(sim.elapsed()).isEqualTo(before);
          thread.interrupt();
          thread.join();
        });
  }
}
