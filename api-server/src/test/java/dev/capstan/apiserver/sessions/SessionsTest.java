package dev.capstan.apiserver.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import dev.capstan.api.v1.AnnounceRequest;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.LogChunk;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.SessionDownstream;
import dev.capstan.api.v1.SessionOffer;
import dev.capstan.api.v1.SessionUpstream;
import dev.capstan.apiserver.testing.FakeRequests;
import dev.capstan.apiserver.testing.FakeStream;
import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SessionsTest {

  /** A server with node "n1" (uid "u1") and pod "web" on it. */
  private static final class Rig {
    final Simulation sim;
    final ReadHarness api;
    final NodeSessions sessions;
    final PodLogs logs;

    Rig(Simulation sim) throws InterruptedException {
      this.sim = sim;
      this.api = new ReadHarness(sim);
      this.sessions = new NodeSessions(sim.seam(), api.server.reads(), ReadHarness.KINDS);
      this.logs = new PodLogs(sim.seam().clock(), api.server.reads(), sessions, ReadHarness.KINDS);
      api.write(
          Node.newBuilder()
              .setMetadata(ObjectMeta.newBuilder().setName("n1").setUid("u1"))
              .build());
      api.write(pod("n1").build());
    }

    FakeStream announce(String node, String uid) throws InterruptedException {
      var request = AnnounceRequest.newBuilder().setNodeName(node).setNodeUid(uid).build();
      var stream = new FakeStream();
      var call = api.call();
      sim.seam()
          .threads()
          .start(
              "announce",
              () -> stream.serve(() -> sessions.announce().stream(call, request, stream)));
      api.settle();
      return stream;
    }

    FakeStream logs(FakeStream stream) throws InterruptedException {
      var request = LogsRequest.newBuilder().setNamespace("default").setName("web").build();
      var call = api.call();
      sim.seam()
          .threads()
          .start("logs", () -> stream.serve(() -> logs.logs().stream(call, request, stream)));
      api.settle();
      return stream;
    }

    Kubelet open(String id) throws InterruptedException {
      var kubelet = new Kubelet();
      kubelet.in.send(SessionUpstream.newBuilder().setSessionId(id).build());
      var call = api.call();
      sim.seam()
          .threads()
          .start(
              "open",
              () -> kubelet.out.serve(() -> sessions.open().talk(call, kubelet.in, kubelet.out)));
      api.settle();
      return kubelet;
    }
  }

  private static final class Kubelet {
    final FakeRequests in = new FakeRequests();
    final FakeStream out = new FakeStream();

    void data(String text) {
      in.send(SessionUpstream.newBuilder().setData(ByteString.copyFromUtf8(text)).build());
    }

    void end(Code code, String message) {
      in.send(
          SessionUpstream.newBuilder()
              .setEnd(
                  com.google.rpc.Status.newBuilder().setCode(code.getNumber()).setMessage(message))
              .build());
    }
  }

  private static Pod.Builder pod(String node) {
    Pod.Builder pod = Pod.newBuilder();
    pod.getMetadataBuilder().setNamespace("default").setName("web").setUid("pod-uid");
    pod.getSpecBuilder().setNodeName(node).addContainers(Container.newBuilder().setName("main"));
    return pod;
  }

  private static SessionOffer offer(FakeStream announce) {
    try {
      return SessionOffer.parseFrom(announce.messages().getLast());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(FakeStream client) {
    return client.messages().stream()
        .map(bytes -> {
          try {
            return LogChunk.parseFrom(bytes).getData().toStringUtf8();
          } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
          }
        })
        .collect(Collectors.joining());
  }

  private static Status status(FakeStream stream) {
    return Status.fromThrowable(stream.error);
  }

  @Test
  void whatTheKubeletSendsIsWhatTheClientGets() {
    Simulation.run(
        1,
        sim -> {
          var rig = new Rig(sim);
          FakeStream announce = rig.announce("n1", "u1");
          FakeStream client = rig.logs(new FakeStream());
          SessionOffer offer = offer(announce);
          assertThat(offer.getPodUid()).isEqualTo("pod-uid");
          assertThat(offer.getLogs().getContainer()).isEqualTo("main");
          assertThat(offer.getSessionId()).hasSizeGreaterThanOrEqualTo(32);
          Kubelet kubelet = rig.open(offer.getSessionId());
          kubelet.data("one\n");
          kubelet.data("two\n");
          kubelet.data("three\n");
          kubelet.end(Code.OK, "");
          rig.api.settle();
          assertThat(text(client)).isEqualTo("one\ntwo\nthree\n");
          assertThat(client.over).isTrue();
          assertThat(client.error).isNull();
          assertThat(kubelet.out.over).isTrue();
          assertThat(kubelet.out.error).isNull();
          assertThat(rig.sessions.waiting()).isZero();
        });
  }

  @Test
  void theKubeletsErrorIsTheClients() {
    Simulation.run(
        1,
        sim -> {
          var rig = new Rig(sim);
          FakeStream announce = rig.announce("n1", "u1");
          FakeStream client = rig.logs(new FakeStream());
          Kubelet kubelet = rig.open(offer(announce).getSessionId());
          kubelet.data("some");
          kubelet.end(Code.NOT_FOUND, "previous terminated container not found");
          rig.api.settle();
          assertThat(text(client)).isEqualTo("some");
          assertThat(status(client).getCode()).isEqualTo(Status.Code.NOT_FOUND);
          assertThat(status(client).getDescription()).contains("previous terminated");
        });
  }

  @Test
  void aClientThatDoesNotReadHoldsBackTheKubelet() {
    Simulation.run(
        1,
        sim -> {
          var rig = new Rig(sim);
          FakeStream announce = rig.announce("n1", "u1");
          FakeStream client = new FakeStream();
          client.room(2);
          rig.logs(client);
          Kubelet kubelet = rig.open(offer(announce).getSessionId());
          for (int i = 0; i < 100; i++) {
            kubelet.data("line\n");
          }
          rig.api.settle();
          assertThat(client.messages()).hasSize(2);
          assertThat(kubelet.in.taken).isLessThan(8);
          client.room(1_000);
          kubelet.end(Code.OK, "");
          rig.api.settle();
          assertThat(client.messages()).hasSize(100);
          assertThat(client.over).isTrue();
        });
  }

  @Test
  void aClientThatLeavesStopsTheKubelet() {
    Simulation.run(
        1,
        sim -> {
          var rig = new Rig(sim);
          FakeStream announce = rig.announce("n1", "u1");
          FakeStream client = rig.logs(new FakeStream());
          Kubelet kubelet = rig.open(offer(announce).getSessionId());
          kubelet.data("line\n");
          rig.api.settle();
          client.cancel();
          rig.api.settle();
          assertThat(client.over).isTrue();
          assertThat(kubelet.out.over).isTrue();
          assertThat(SessionDownstream.parseFrom(kubelet.out.messages().getLast()).getCancel())
              .isTrue();
        });
  }

  @Test
  void aKubeletThatVanishesIsToldToTheClient() {
    Simulation.run(
        1,
        sim -> {
          var rig = new Rig(sim);
          FakeStream announce = rig.announce("n1", "u1");
          FakeStream client = rig.logs(new FakeStream());
          Kubelet kubelet = rig.open(offer(announce).getSessionId());
          kubelet.data("line\n");
          rig.api.settle();
          kubelet.in.close();
          rig.api.settle();
          assertThat(text(client)).isEqualTo("line\n");
          assertThat(status(client).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        });
  }

  @Test
  void anIdIsGoodOnceAndForHalfAMinute() {
    Simulation.run(
        1,
        sim -> {
          var rig = new Rig(sim);
          FakeStream announce = rig.announce("n1", "u1");
          rig.logs(new FakeStream());
          String used = offer(announce).getSessionId();
          rig.open(used);
          assertThat(status(rig.open(used).out).getCode()).isEqualTo(Status.Code.NOT_FOUND);
          assertThat(status(rig.open("made-up").out).getCode()).isEqualTo(Status.Code.NOT_FOUND);
          FakeStream client = rig.logs(new FakeStream());
          String late = offer(announce).getSessionId();
          assertThat(late).isNotEqualTo(used);
          sim.seam().clock().sleep(Duration.ofSeconds(31));
          assertThat(status(client).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
          assertThat(status(client).getDescription()).contains("n1");
          assertThat(rig.sessions.waiting()).isZero();
          assertThat(status(rig.open(late).out).getCode()).isEqualTo(Status.Code.NOT_FOUND);
          assertThat(rig.sessions.waiting()).isZero();
        });
  }

  @Test
  void aSessionStreamMustBeginWithItsId() {
    Simulation.run(
        1,
        sim -> {
          var rig = new Rig(sim);
          var kubelet = new Kubelet();
          kubelet.data("x");
          var call = rig.api.call();
          kubelet.out.serve(() -> rig.sessions.open().talk(call, kubelet.in, kubelet.out));
          assertThat(status(kubelet.out).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        });
  }

  @Test
  void aNewerStreamOfANodeTakesOver() {
    Simulation.run(
        1,
        sim -> {
          var rig = new Rig(sim);
          FakeStream old = rig.announce("n1", "u1");
          old.room(0);
          rig.logs(new FakeStream());
          FakeStream fresh = rig.announce("n1", "u1");
          assertThat(status(old).getCode()).isEqualTo(Status.Code.ABORTED);
          // What the old one had not been sent is not lost.
          assertThat(fresh.messages()).hasSize(1);
          fresh.cancel();
          rig.api.settle();
          assertThat(rig.sessions.connected()).isZero();
        });
  }

  @Test
  void onlyTheNodeItselfMayAnnounce() {
    Simulation.run(
        1,
        sim -> {
          var rig = new Rig(sim);
          assertThat(status(rig.announce("n2", "u1")).getCode()).isEqualTo(Status.Code.NOT_FOUND);
          assertThat(status(rig.announce("n1", "recreated")).getCode())
              .isEqualTo(Status.Code.FAILED_PRECONDITION);
        });
  }

  @Test
  void whyThereIsNoLogIsSaid() {
    Simulation.run(
        1,
        sim -> {
          var rig = new Rig(sim);
          assertThat(status(rig.logs(new FakeStream())).getDescription())
              .isEqualTo("the kubelet of node \"n1\" is not connected");
          Pod.Builder pending = pod("");
          pending
              .getStatusBuilder()
              .addConditions(
                  Condition.newBuilder()
                      .setType("PodScheduled")
                      .setMessage("0/3 nodes are available: 3 Insufficient cpu."));
          rig.api.write(pending.build());
          FakeStream unscheduled = rig.logs(new FakeStream());
          assertThat(status(unscheduled).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
          assertThat(status(unscheduled).getDescription())
              .isEqualTo(
                  "pod \"web\" has not been scheduled yet: 0/3 nodes are available: 3 Insufficient cpu.");
          Pod.Builder waiting = pod("n1");
          ContainerStatus.Builder main =
              waiting.getStatusBuilder().addContainerStatusesBuilder().setName("main");
          main.getStateBuilder()
              .getWaitingBuilder()
              .setReason("ErrImagePull")
              .setMessage("manifest unknown");
          rig.api.write(waiting.build());
          assertThat(status(rig.logs(new FakeStream())).getDescription())
              .isEqualTo(
                  "container \"main\" in pod \"web\" is waiting to start: ErrImagePull: manifest unknown");
          rig.api.commit(List.of(ReadHarness.delete(waiting.build())));
          assertThat(status(rig.logs(new FakeStream())).getCode()).isEqualTo(Status.Code.NOT_FOUND);
        });
  }

  @Test
  void aContainerThatCrashedHasTheLogOfItsLastRun() {
    Pod.Builder pod = pod("n1");
    ContainerStatus.Builder main =
        pod.getStatusBuilder().addContainerStatusesBuilder().setName("main");
    main.getStateBuilder().getWaitingBuilder().setReason("CrashLoopBackOff");
    main.getLastStateBuilder().getTerminatedBuilder().setExitCode(1);
    LogTarget target = LogTarget.of(pod.build(), LogsRequest.getDefaultInstance());
    assertThat(target.node()).isEqualTo("n1");
    assertThat(target.request().getContainer()).isEqualTo("main");
  }
}
