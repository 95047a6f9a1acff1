package dev.capstan.e2e.sim.check;

import static dev.capstan.e2e.sim.check.Things.node;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import org.junit.jupiter.api.Test;

/** I3: a node is said to be silent only if it is. */
class HeartbeatChecksTest {

  private static final Lease LEASE =
      Lease.newBuilder()
          .setMetadata(
              ObjectMeta.newBuilder().setNamespace(WellKnown.NAMESPACE_NODE_LEASE).setName("a"))
          .build();

  private final Tale tale = new Tale();

  private void renew(int times) {
    ObjectMeta.Builder meta = ObjectMeta.newBuilder().setName(WellKnown.NAMESPACE_NODE_LEASE);
    tale.put(Namespace.newBuilder().setMetadata(meta).build()).put(node("a"));
    for (int i = 0; i < times; i++) {
      tale.put(LEASE).seconds(8);
    }
  }

  private static Node unknown() {
    Node.Builder node = node("a").toBuilder();
    node.getStatusBuilder().getConditionsBuilder(0).setStatus(WellKnown.UNKNOWN);
    return node.build();
  }

  @Test
  void aNodeThatIsHeardIsNotSilent() {
    renew(10);
    tale.put(unknown());
    tale.breaks("I3", "is said to be silent, but its lease was renewed every 8000 ms");
  }

  @Test
  void aNodeThatIsNotHeardIsSilent() {
    renew(10);
    tale.seconds(16).put(unknown()).holds();
  }

  @Test
  void aDecisionFromJustBeforeItWasHeardAgainIsFine() {
    renew(10);
    tale.seconds(16).put(LEASE).put(unknown()).holds();
  }

  @Test
  void aSilenceOfLongAgoIsNoReason() {
    renew(1);
    tale.seconds(60);
    for (int i = 0; i < 20; i++) {
      tale.put(LEASE).seconds(8);
    }
    tale.put(unknown());
    tale.breaks("I3", "is said to be silent");
  }

  @Test
  void whatAClockHasDoneIsNotCharged() {
    renew(10);
    tale.checks.disturbed(Disturbance.CLOCK, "controllers-0", tale.now());
    tale.put(unknown()).holds();
  }
}
