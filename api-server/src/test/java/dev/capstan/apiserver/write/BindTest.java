package dev.capstan.apiserver.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Pod;
import dev.capstan.apiserver.Api;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BindTest {

  private Api api;

  @BeforeEach
  void start() throws Exception {
    api = Api.start();
    api.createNode("n1");
    api.createNode("n2");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void bindingSetsTheNodeAndTheCondition() {
    Pod bound = api.bind(api.create(Api.pod("web")), "n1");
    assertThat(bound.getSpec().getNodeName()).isEqualTo("n1");
    assertThat(
            Conditions.isTrue(
                bound.getStatus().getConditionsList(), WellKnown.CONDITION_POD_SCHEDULED))
        .isTrue();
  }

  @Test
  void bindingAgainToTheSameNodeChangesNothing() {
    Pod bound = api.bind(api.create(Api.pod("web")), "n1");
    assertThat(api.bind(bound, "n1")).isEqualTo(bound);
  }

  @Test
  void aBoundPodNeverMoves() {
    Pod bound = api.bind(api.create(Api.pod("web")), "n1");
    assertThat(Api.code(() -> api.bind(bound, "n2"))).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(api.pod(bound).getSpec().getNodeName()).isEqualTo("n1");
  }

  @Test
  void aMissingNodeOrPodIsNotFound() {
    Pod pod = api.create(Api.pod("web"));
    assertThat(Api.code(() -> api.bind(pod, "nowhere"))).isEqualTo(Code.NOT_FOUND);
    assertThat(Api.code(() -> api.bind(Api.pod("nobody"), "n1"))).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void anotherUidIsRefused() {
    Pod first = api.create(Api.pod("web"));
    api.delete(first, DeleteOptions.getDefaultInstance());
    api.create(Api.pod("web"));
    assertThat(Api.code(() -> api.bind(first, "n1"))).isEqualTo(Code.FAILED_PRECONDITION);
  }

  @Test
  void aGoingPodIsNotBound() {
    Pod.Builder held = Api.pod("web").toBuilder();
    held.getMetadataBuilder().addFinalizers("example.com/a");
    Pod pod = api.create(held.build());
    api.delete(pod, DeleteOptions.getDefaultInstance());
    assertThat(Api.code(() -> api.bind(pod, "n1"))).isEqualTo(Code.FAILED_PRECONDITION);
  }

  @Test
  void ofRivalsExactlyOneWins() throws Exception {
    Pod pod = api.create(Api.pod("web"));
    AtomicInteger wins = new AtomicInteger();
    List<Thread> rivals = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String node = "n" + (1 + i % 2);
      rivals.add(
          Thread.ofVirtual()
              .start(() -> {
                if (Api.code(() -> api.bind(pod, node)) == Code.OK) {
                  String now = api.pod(pod).getSpec().getNodeName();
                  wins.addAndGet(now.equals(node) ? 1 : 1000);
                }
              }));
    }
    for (Thread rival : rivals) {
      rival.join();
    }
    assertThat(wins.get()).isBetween(1, 16);
  }
}
