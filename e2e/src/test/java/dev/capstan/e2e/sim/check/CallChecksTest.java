package dev.capstan.e2e.sim.check;

import static dev.capstan.e2e.sim.check.Things.config;
import static dev.capstan.e2e.sim.check.Things.pod;
import static dev.capstan.e2e.sim.check.Things.uid;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.ConfigMapList;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Fence;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.WriteConfigMapRequest;
import dev.capstan.api.v1.WriteOp;
import dev.capstan.api.v1.WriteRequest;
import dev.capstan.api.v1.WriteResponse;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** I1 and fencing: what clients are told, and who did what. */
class CallChecksTest {

  private static final String CREATE = "capstan.v1.ConfigMaps/Create";
  private static final String UPDATE = "capstan.v1.ConfigMaps/Update";

  private final Tale tale = new Tale();

  private Call write(String method, ConfigMap map) {
    return tale.begin("user", method, WriteConfigMapRequest.newBuilder().setObject(map).build());
  }

  private ConfigMap made(String name) {
    ConfigMap map = config(name, "1");
    Call call = write(CREATE, map);
    tale.put(map).end(call, tale.seen(map));
    return map;
  }

  private Call get(String name) {
    return tale.begin(
        "user",
        "capstan.v1.ConfigMaps/Get",
        GetRequest.newBuilder().setNamespace("default").setName(name).build());
  }

  private Call list() {
    return tale.begin("user", "capstan.v1.ConfigMaps/List", ListRequest.getDefaultInstance());
  }

  @Test
  void whatIsAcknowledgedAndReadBackIsFine() {
    ConfigMap map = made("a");
    Call get = get("a");
    tale.end(get, tale.seen(map));
    Call list = list();
    ConfigMapList.Builder items = ConfigMapList.newBuilder().addItems(tale.seen(map));
    items.getMetadataBuilder().setResourceVersion(tale.whole());
    tale.end(list, items.build());
    tale.holds();
  }

  @Test
  void anAcknowledgedWriteMustBeThere() {
    ConfigMap map = config("a", "1");
    Call call = write(CREATE, map);
    tale.end(call, Tale.seen(map, "256"));
    tale.breaks("I1", "where nothing of the kind happened");
  }

  @Test
  void theAnswerMustBeWhatIsStored() {
    ConfigMap map = config("a", "1");
    Call call = write(CREATE, map);
    tale.put(map).end(call, tale.seen(config("a", "2")));
    tale.breaks("I1", "has other content");
  }

  @Test
  void aRefusedWriteMustNotHappenLater() {
    ConfigMap map = config("a", "1");
    Call call = write(CREATE, map);
    tale.fail(call, Status.Code.ALREADY_EXISTS).put(map);
    tale.breaks("I1", "which nobody asks for any more");
  }

  @Test
  void aWriteOfUnknownOutcomeMayHappenLater() {
    ConfigMap map = config("a", "1");
    Call call = write(CREATE, map);
    tale.fail(call, Status.Code.UNAVAILABLE).put(map);
    tale.holds();
  }

  @Test
  void whoIsToldThatNothingWasWrittenMustBeToldTheTruth() {
    ConfigMap map = config("a", "1");
    Call call = write(CREATE, map);
    tale.put(map).fail(call, Status.Code.UNAVAILABLE, "ServiceUnavailable");
    tale.breaks("I1", "was refused (UNAVAILABLE), but was done: ConfigMap default/a");
  }

  @Test
  void whoIsToldThatItExistsMustNotHaveMadeIt() {
    ConfigMap map = config("a", "1");
    Call call = write(CREATE, map);
    tale.put(map).fail(call, Status.Code.ALREADY_EXISTS);
    tale.breaks("I1", "was refused (ALREADY_EXISTS), but was done");
  }

  @Test
  void whatIsToldOfOneWriteOfABatchCounts() {
    WriteRequest.Builder request = WriteRequest.newBuilder();
    for (String name : List.of("a", "b")) {
      request.addOps(
          WriteOp.newBuilder().setKind("ConfigMap").setCreate(config(name, "1").toByteString()));
    }
    Call call = tale.begin("user", "capstan.v1.Resources/Write", request.build());
    tale.put(config("a", "1"));
    String made = tale.version();
    tale.put(config("b", "1"));
    WriteResponse.Builder response = WriteResponse.newBuilder();
    response.addResultsBuilder().setResourceVersion(made);
    response.addResultsBuilder().getStatusBuilder().setCode(Status.Code.ABORTED.value());
    tale.end(call, response.build());
    tale.breaks("I1", "was refused (ABORTED), but was done: ConfigMap default/b");
  }

  @Test
  void whoIsRefusedMayHaveBeenOvertaken() {
    ConfigMap map = config("a", "1");
    Call one = write(CREATE, map);
    Call other = write(CREATE, map);
    tale.put(map).fail(other, Status.Code.ALREADY_EXISTS).end(one, tale.seen(map));
    tale.holds();
  }

  @Test
  void whatWasCertainlyNotWrittenMustNotHappenLater() {
    ConfigMap map = config("a", "1");
    Call call = write(CREATE, map);
    tale.fail(call, Status.Code.UNAVAILABLE, "ServiceUnavailable").put(map);
    tale.breaks("I1", "which nobody asks for any more");
  }

  @Test
  void oneRequestMustNotActTwice() {
    ConfigMap map = made("a");
    Call call = write(UPDATE, config("a", "2"));
    tale.put(config("a", "2")).end(call, tale.seen(config("a", "2"))).put(map);
    tale.breaks("I1", "which nobody asks for any more");
  }

  @Test
  void aPreconditionMustHold() {
    ConfigMap map = made("a");
    DeleteRequest.Builder delete = DeleteRequest.newBuilder().setNamespace("default").setName("a");
    delete.getOptionsBuilder().getPreconditionsBuilder().setUid("another");
    tale.begin("user", "capstan.v1.ConfigMaps/Delete", delete.build());
    tale.remove(map);
    tale.breaks("I1", "none of the open requests can have done");
  }

  @Test
  void aReadMustNotBeOlderThanItsBeginning() {
    ConfigMap map = made("a");
    ConfigMap old = tale.seen(map);
    Call call = write(UPDATE, config("a", "2"));
    tale.put(config("a", "2")).end(call, tale.seen(config("a", "2")));
    tale.end(get("a"), old);
    tale.breaks("I1", "which was over at revision 3");
  }

  @Test
  void aReadThatRunsBesideAWriteMaySeeEither() {
    ConfigMap map = made("a");
    ConfigMap old = tale.seen(map);
    Call get = get("a");
    Call call = write(UPDATE, config("a", "2"));
    tale.put(config("a", "2")).end(get, old).end(call, tale.seen(config("a", "2")));
    tale.holds();
  }

  @Test
  void whatIsThereMustBeFound() {
    made("a");
    tale.fail(get("a"), Status.Code.NOT_FOUND);
    tale.breaks("I1", "was not found");
  }

  @Test
  void aListMustNotLeaveOut() {
    made("a");
    ConfigMapList.Builder items = ConfigMapList.newBuilder();
    items.getMetadataBuilder().setResourceVersion(tale.whole());
    tale.end(list(), items.build());
    tale.breaks("I1", "listed 0 objects");
  }

  @Test
  void aListMustNotBeStale() {
    ConfigMapList.Builder items = ConfigMapList.newBuilder();
    items.getMetadataBuilder().setResourceVersion(tale.whole());
    made("a");
    tale.end(list(), items.build());
    tale.breaks("I1", "was committed before the call");
  }

  /** A map is made, somebody asks for a change, and the map is made anew before it is done. */
  private void changedAfterItWasMadeAnew(String client) {
    ConfigMap one = made("a");
    tale.begin(
        client,
        "capstan.v1.ConfigMaps/Patch",
        PatchRequest.newBuilder().setNamespace("default").setName("a").build());
    tale.begin(
        "user",
        "capstan.v1.ConfigMaps/Delete",
        DeleteRequest.newBuilder().setNamespace("default").setName("a").build());
    tale.remove(one);
    ConfigMap.Builder two = config("a", "2").toBuilder();
    two.getMetadataBuilder().setUid("second");
    write(CREATE, two.build());
    tale.put(two.build()).put(two.putData("key", "3").build());
  }

  @Test
  void aRequestMustNotHitWhatWasMadeAfterItWasSent() {
    changedAfterItWasMadeAnew("kubelet-0");
    tale.breaks("identity", "which was sent at revision 2, before this one was made at revision 4");
  }

  @Test
  void usersSpeakOfNames() {
    changedAfterItWasMadeAnew("user");
    tale.holds();
  }

  private Call create(Pod pod, String epoch) {
    WriteRequest.Builder request = WriteRequest.newBuilder();
    request.addOps(WriteOp.newBuilder().setKind("Pod").setCreate(pod.toByteString()));
    Fence fence =
        Fence.newBuilder().setNamespace("kube-system").setName("l").setEpoch(epoch).build();
    request.getOptionsBuilder().setFence(fence);
    return tale.begin("controllers-0", "capstan.v1.Resources/Write", request.build());
  }

  private Pod sent(String name) {
    return uid(pod(name), "");
  }

  @Test
  void theLeaderMayWrite() {
    String epoch = tale.fence("kube-system/l");
    Call call = create(sent("p"), epoch);
    tale.put(pod("p"));
    WriteResponse.Builder response = WriteResponse.newBuilder();
    response.addResultsBuilder().setResourceVersion(tale.version());
    tale.end(call, response.build());
    tale.holds();
  }

  @Test
  void aDeposedLeaderMustNotWrite() {
    String epoch = tale.fence("kube-system/l");
    create(sent("p"), epoch);
    tale.fence("kube-system/l");
    tale.put(pod("p"));
    tale.breaks("fencing", "the newest is of revision 3");
  }

  @Test
  void aLeaderMustNotWriteWithoutAFence() {
    WriteRequest.Builder request = WriteRequest.newBuilder();
    request.addOps(WriteOp.newBuilder().setKind("Pod").setCreate(sent("p").toByteString()));
    tale.begin("scheduler-0", "capstan.v1.Resources/Write", request.build());
    tale.breaks("fencing", "carries no fence");
  }
}
