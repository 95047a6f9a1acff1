package dev.capstan.e2e.sim.check;

import static dev.capstan.e2e.sim.check.Things.config;
import static dev.capstan.e2e.sim.check.Things.node;
import static dev.capstan.e2e.sim.check.Things.on;
import static dev.capstan.e2e.sim.check.Things.phase;
import static dev.capstan.e2e.sim.check.Things.pod;
import static dev.capstan.e2e.sim.check.Workloads.complete;
import static dev.capstan.e2e.sim.check.Workloads.deployment;
import static dev.capstan.e2e.sim.check.Workloads.observed;
import static dev.capstan.e2e.sim.check.Workloads.runningOf;
import static dev.capstan.e2e.sim.check.Workloads.set;

import com.google.protobuf.Message;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Fence;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodList;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An object whose value cannot be read is what it was, until somebody mends or deletes it. */
class DamageChecksTest {

  private final Tale tale = new Tale();
  private final Pod web = on(pod("web"), "a");

  private void delete(String client, String service, Message object, String uid) {
    ObjectMeta meta = Tale.kind(object).metadata(object);
    DeleteRequest.Builder request =
        DeleteRequest.newBuilder().setNamespace(meta.getNamespace()).setName(meta.getName());
    request.getOptionsBuilder().setGracePeriodSeconds(0).getPreconditionsBuilder().setUid(uid);
    if (client.startsWith("controllers")) {
      Fence fence =
          Fence.newBuilder().setNamespace("n").setName("l").setEpoch(tale.fence("n/l")).build();
      request.getOptionsBuilder().getWriteBuilder().setFence(fence);
    }
    tale.begin(client, "capstan.v1." + service + "/Delete", request.build());
  }

  @Test
  void itsContainerIsWanted() {
    tale.put(node("a")).put(web);
    tale.checks.containerStarted("a", "default", "web", "web-uid", "main", 0);
    tale.damage(web);
    tale.checks.containerStopped("a", "default", "web", "web-uid", "main", 0);
    tale.breaks("I9", "stops container main of Pod default/web (uid web-uid), which is wanted");
  }

  @Test
  void whoeverDeletesItMayStopItsContainer() {
    tale.put(node("a")).put(web);
    tale.checks.containerStarted("a", "default", "web", "web-uid", "main", 0);
    tale.damage(web);
    delete("user", "Pods", web, "");
    tale.remove(web);
    tale.checks.containerStopped("a", "default", "web", "web-uid", "main", 0);
    tale.holds();
  }

  @Test
  void whoNamesTheUidDoesNotDeleteIt() {
    tale.put(web).damage(web);
    delete("user", "Pods", web, "web-uid");
    tale.remove(web);
    tale.breaks("I1", "none of the open requests can have done");
  }

  @Test
  void finalizersAreNotKnown() {
    Pod.Builder held = web.toBuilder();
    held.getMetadataBuilder().addFinalizers("example.com/hold");
    tale.put(held.build()).damage(web);
    delete("user", "Pods", web, "");
    tale.remove(web).holds();
  }

  @Test
  void nothingOverwritesIt() {
    tale.put(web).damage(web);
    delete("user", "Pods", web, "");
    tale.put(phase(web, "Running"));
    tale.breaks("I1", "none of the open requests can have done");
  }

  @Test
  void whatIsMendedIsNobodysWrite() {
    tale.put(web);
    delete("user", "Pods", pod("other"), "");
    tale.damage(web).put(web).holds();
  }

  @Test
  void itsPodsHaveAnOwner() {
    Pod pod = on(runningOf(set("s", 1), 0), "a");
    tale.put(node("a")).put(deployment(1, 1, 1)).put(set("s", 1)).put(pod).damage(set("s", 1));
    delete("controllers-0", "Pods", pod, pod.getMetadata().getUid());
    tale.remove(pod);
    tale.breaks("I9", "is deleted by controllers, but ReplicaSet default/s is there and wants 1");
  }

  @Test
  void itsSetsHaveAnOwner() {
    tale.put(deployment(1, 1, 1)).put(set("s", 1)).damage(deployment(1, 1, 1));
    delete("controllers-0", "ReplicaSets", set("s", 1), "s-uid");
    tale.remove(set("s", 1));
    tale.breaks("ownership", "while its owner Deployment default/web is there");
  }

  @Test
  void itsPodsHaveANode() {
    Pod pod = on(runningOf(set("s", 1), 0), "a");
    tale.put(node("a")).put(deployment(1, 1, 1)).put(set("s", 1)).put(pod).damage(node("a"));
    delete("controllers-0", "Pods", pod, pod.getMetadata().getUid());
    tale.remove(pod);
    tale.breaks("I9", "is deleted by controllers");
  }

  @Test
  void itsNamespaceIsNotEmpty() {
    tale.put(config("a", "1")).damage(config("a", "1"));
    Namespace.Builder namespace = Namespace.newBuilder();
    namespace.getMetadataBuilder().setName("default");
    tale.remove(namespace.build());
    tale.breaks("ownership", "is removed while ConfigMap default/a is in it");
  }

  private Call get() {
    GetRequest web = GetRequest.newBuilder().setNamespace("default").setName("web").build();
    return tale.begin("user", "capstan.v1.Pods/Get", web);
  }

  @Test
  void itIsNotFoundOnlyOnceItIsDeleted() {
    tale.put(web).damage(web);
    tale.fail(get(), Status.Code.DATA_LOSS).holds();
    tale.fail(get(), Status.Code.NOT_FOUND);
    tale.breaks("I1", "was not found, but it was there all the time");
  }

  @Test
  void listsDoNotLeaveItOut() {
    tale.put(web).damage(web);
    Call list = tale.begin("user", "capstan.v1.Pods/List", ListRequest.getDefaultInstance());
    PodList.Builder empty = PodList.newBuilder();
    empty.getMetadataBuilder().setResourceVersion(tale.whole());
    tale.end(list, empty.build());
    tale.breaks("I1", "listed 0 objects");
  }

  @Test
  void whoIsToldThatItCannotBeReadHasWrittenNothing() {
    tale.put(web).damage(web);
    DeleteRequest request = DeleteRequest.newBuilder().setName("web").build();
    Call call = tale.begin("user", "capstan.v1.Pods/Delete", request);
    tale.fail(call, Status.Code.DATA_LOSS).remove(web);
    tale.breaks("I1", "which nobody asks for any more");
  }

  private StreamLog watch() {
    ResourceSelector pods = ResourceSelector.newBuilder().setKind("Pod").build();
    ResourceWatchRequest request = ResourceWatchRequest.newBuilder().addSelectors(pods).build();
    return tale.checks.opened("controllers-0", "capstan.v1.Resources/Watch", request, tale.now());
  }

  private WatchEvent event(String type, String version) {
    return WatchEvent.newBuilder()
        .setType(type)
        .setKind("Pod")
        .setObject(Tale.seen(web, version).toByteString())
        .build();
  }

  private void send(StreamLog stream, boolean initial, WatchEvent... events) {
    WatchFrame.Builder frame =
        WatchFrame.newBuilder().setResourceVersion(tale.whole()).setInitial(initial);
    stream.frame(frame.addAllEvents(List.of(events)).build(), tale.now());
  }

  @Test
  void watchersKeepWhatTheyHadUntilItIsMended() {
    tale.put(web);
    String before = tale.version();
    tale.damage(web);
    StreamLog stream = watch();
    send(stream, true, event("ADDED", before));
    tale.put(web);
    send(stream, false, event("MODIFIED", tale.version()));
    tale.holds();
  }

  @Test
  void watchersAreNotToldThatItIsGone() {
    tale.put(web);
    StreamLog stream = watch();
    send(stream, true, event("ADDED", tale.version()));
    tale.damage(web);
    send(stream, false, event("DELETED", tale.version()));
    tale.breaks("I2", "where it should send nothing more");
  }

  @Test
  void whoBeginsToWatchIsShownIt() {
    tale.put(web).damage(web);
    send(watch(), true);
    tale.breaks("I2", "begins with 0 objects");
  }

  @Test
  void inTheEndItCountsAsWhatItWas() {
    Pod pod = runningOf(set("s", 1), 0);
    tale.put(node("a")).put(deployment(1, 1, 0)).put(set("s", 1)).put(pod);
    tale.put(observed(set("s", 1), 1)).put(complete(deployment(1, 1, 0), 1)).damage(pod);
    tale.checks.settled(tale.now());
    tale.checks.finish(
        () -> List.of(new Engines.Listed("a", "default", "s-0", "s-0-uid", "main", true)),
        tale.now());
    tale.holds();
  }
}
