package dev.capstan.e2e.sim.check;

import static dev.capstan.e2e.sim.check.Things.label;
import static dev.capstan.e2e.sim.check.Things.pod;

import com.google.protobuf.Message;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** I2: watch streams. */
class WatchChecksTest {

  private final Tale tale = new Tale();
  private final Pod red = label(pod("p"), "color", "red");
  private final Pod blue = label(pod("p"), "color", "blue");

  private StreamLog open(String labels, String version) {
    ResourceSelector pods =
        ResourceSelector.newBuilder().setKind("Pod").setLabelSelector(labels).build();
    ResourceWatchRequest request =
        ResourceWatchRequest.newBuilder().addSelectors(pods).setResourceVersion(version).build();
    return tale.checks.opened("controllers-0", "capstan.v1.Resources/Watch", request, tale.now());
  }

  private static WatchEvent event(String type, Message object, String version) {
    return WatchEvent.newBuilder()
        .setType(type)
        .setKind("Pod")
        .setObject(Tale.seen(object, version).toByteString())
        .build();
  }

  private void send(StreamLog stream, boolean initial, WatchEvent... events) {
    WatchFrame.Builder frame =
        WatchFrame.newBuilder().setResourceVersion(tale.whole()).setInitial(initial);
    frame.addAllEvents(List.of(events));
    stream.frame(frame.build(), tale.now());
  }

  private void bookmark(StreamLog stream) {
    WatchFrame frame =
        WatchFrame.newBuilder().setResourceVersion(tale.whole()).setBookmark(true).build();
    stream.frame(frame, tale.now());
  }

  private StreamLog listed(String labels) {
    StreamLog stream = open(labels, "");
    send(stream, true);
    return stream;
  }

  @Test
  void aStreamThatTellsAllIsFine() {
    StreamLog stream = listed("color=red");
    tale.put(red);
    send(stream, false, event("ADDED", red, tale.version()));
    tale.put(blue);
    send(stream, false, event("DELETED", red, tale.version()));
    tale.put(pod("other"));
    bookmark(stream);
    stream.ended(Status.UNAVAILABLE, tale.now());
    String seen = tale.whole();
    tale.put(red);
    StreamLog next = open("color=red", seen);
    send(next, false, event("ADDED", red, tale.version()));
    tale.holds();
  }

  @Test
  void theBeginningMustBeComplete() {
    tale.put(red);
    send(open("", ""), true);
    tale.breaks("I2", "begins with 0 objects");
  }

  @Test
  void theBeginningMustNotBeStale() {
    StreamLog stream;
    String old = tale.whole();
    tale.put(red);
    stream = open("", "");
    stream.frame(
        WatchFrame.newBuilder().setResourceVersion(old).setInitial(true).build(), tale.now());
    tale.breaks("I2", "was there before it was opened");
  }

  @Test
  void noRevisionMayBePassedOver() {
    StreamLog stream = listed("");
    tale.put(red).put(blue);
    send(stream, false, event("MODIFIED", blue, tale.version()));
    tale.breaks("I2", "leaves out 2");
  }

  @Test
  void aBookmarkMustNotRunAhead() {
    StreamLog stream = listed("");
    tale.put(red);
    bookmark(stream);
    tale.breaks("I2", "leaves out 2");
  }

  @Test
  void nothingMayComeTwice() {
    StreamLog stream = listed("");
    tale.put(red);
    send(stream, false, event("ADDED", red, tale.version()));
    send(stream, false, event("ADDED", red, tale.version()));
    tale.breaks("I2", "sends revision 2 after 2");
  }

  @Test
  void aFrameMustBeTheWholeRevision() {
    StreamLog stream = listed("");
    tale.with(red).with(pod("q")).commit();
    send(stream, false, event("ADDED", red, tale.version()));
    tale.breaks("I2", "leaves out of revision 2: ADDED Pod default/q");
  }

  @Test
  void leavingTheSelectionMustBeTold() {
    StreamLog stream = listed("color=red");
    tale.put(red);
    send(stream, false, event("ADDED", red, tale.version()));
    tale.put(blue);
    send(stream, false, event("MODIFIED", blue, tale.version()));
    tale.breaks("I2", "where it should send DELETED");
  }

  @Test
  void theObjectMustBeTheStoredOne() {
    StreamLog stream = listed("");
    tale.put(red);
    send(stream, false, event("ADDED", blue, tale.version()));
    tale.breaks("I2", "sends ADDED of a Pod at revision 2");
  }

  @Test
  void insideARevisionTheLaterSlotsCome() {
    StreamLog first = listed("");
    tale.with(red).with(pod("q")).commit();
    send(
        first,
        false,
        event("ADDED", red, tale.version()),
        event("ADDED", pod("q"), ResourceVersions.of(tale.revision(), 1)));
    StreamLog stream = open("", tale.version());
    send(stream, false, event("ADDED", pod("q"), ResourceVersions.of(tale.revision(), 1)));
    tale.holds();
    send(open("", tale.version()), false, event("ADDED", red, tale.version()));
    tale.breaks("I2", "where it should send ADDED Pod default/q");
  }

  @Test
  void aDeletionBeforeTheSlotMayComeAgain() {
    StreamLog first = listed("");
    tale.put(red);
    send(first, false, event("ADDED", red, tale.version()));
    tale.without(red).with(pod("q")).commit();
    send(
        first,
        false,
        event("DELETED", red, tale.version()),
        event("ADDED", pod("q"), ResourceVersions.of(tale.revision(), 1)));
    String middle = tale.version();
    send(open("", middle), false, event("ADDED", pod("q"), ResourceVersions.of(3, 1)));
    send(
        open("", middle),
        false,
        event("DELETED", red, middle),
        event("ADDED", pod("q"), ResourceVersions.of(3, 1)));
    tale.holds();
  }

  @Test
  void aComponentMustResumeWhereItWas() {
    listed("");
    tale.put(red);
    open("", tale.whole());
    tale.breaks("I2", "has seen no more than 1");
  }
}
