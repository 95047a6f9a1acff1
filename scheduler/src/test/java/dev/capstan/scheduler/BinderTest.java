package dev.capstan.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Connection;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.client.testing.FakeApiServer.Fault;
import dev.capstan.scheduler.core.Decision.Bind;
import dev.capstan.scheduler.core.Fixtures;
import dev.capstan.scheduler.core.PodRef;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BinderTest {

  /** More batches than may be under way at once. */
  private static final int MANY = 10;

  interface Body {
    void run(Simulation sim, FakeApiServer server, Api api) throws Exception;
  }

  private static void with(Body body) {
    Simulation.run(
        1,
        sim -> {
          try (FakeApiServer server = new FakeApiServer("binder", sim.process("server").seam());
              Connection connection = server.connect(sim.process("scheduler").seam())) {
            body.run(sim, server, Api.of(connection));
          }
        });
  }

  private static Bind pod(Api api, String name) throws InterruptedException {
    return new Bind(PodRef.of(api.pods().create(Fixtures.pod(name, "1", "1Gi"))), "a");
  }

  /** Tells what became of a binding to one and the same. */
  private record Heard(Consumer<String> words) implements Binder.Outcomes {
    @Override
    public void bound(Bind bind) {
      words.accept("bound " + bind.pod().name());
    }

    @Override
    public void refused(PodRef pod, ApiException why) {
      words.accept("refused " + pod.name());
    }

    @Override
    public void fenced() {
      words.accept("fenced");
    }
  }

  @Test
  void aBindingThatIsNotAnsweredIsAskedForAgain() {
    with((sim, server, api) -> {
      List<Bind> binds = List.of(pod(api, "p"), pod(api, "q"));
      List<String> heard = new ArrayList<>();
      server.plan("Resources/Write", Fault.FORGET_LAST);
      Binder binder = new Binder(api, sim.seam(), new Heard(heard::add));
      binder.submit(binds);
      sim.seam().clock().sleep(Duration.ofMinutes(1));
      assertThat(heard).containsExactly("bound p", "bound q");
      binder.close();
    });
  }

  @Test
  void whatThrowsGivesItsTurnBack() {
    with((sim, server, api) -> {
      List<String> heard = new ArrayList<>();
      Binder binder =
          new Binder(
              api,
              sim.seam(),
              new Heard(word -> {
                heard.add(word);
                throw new IllegalStateException("a defect");
              }));
      Seam seam = sim.seam();
      List<Bind> binds = binds(api);
      Thread submitter = seam.threads().start("submitter", () -> submitEach(binder, binds));
      seam.clock().sleep(Duration.ofMinutes(1));
      assertThat(submitter.isAlive()).as("is held up").isFalse();
      assertThat(heard).hasSize(MANY);
      binder.close();
    });
  }

  private static List<Bind> binds(Api api) throws InterruptedException {
    List<Bind> binds = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      binds.add(pod(api, "p" + i));
    }
    return binds;
  }

  private static void submitEach(Binder binder, List<Bind> binds) {
    try {
      for (Bind bind : binds) {
        binder.submit(List.of(bind));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
