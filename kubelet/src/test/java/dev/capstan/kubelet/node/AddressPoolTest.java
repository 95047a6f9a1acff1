package dev.capstan.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSummary;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Addresses of pods. */
class AddressPoolTest {

  private final AddressRange range = AddressRange.parse("10.88.0.0/22");
  private final AddressPool pool = new AddressPool(range);

  @Test
  void gatewayAndVisitorsAreSpared() {
    assertThat(range.gateway()).isEqualTo("10.88.0.1");
    assertThat(range.address(0)).isEqualTo("10.88.0.2");
    assertThat(range.address(range.size() - 1)).isEqualTo("10.88.3.247");
    assertThat(range.visitors()).isEqualTo("10.88.3.248/29");
    assertThat(range.index("10.88.3.248")).isNegative();
    assertThat(range.index("10.88.0.1")).isNegative();
  }

  @Test
  void aPodKeepsItsAddress() {
    assertThat(pool.assign("a", "")).contains("10.88.0.2");
    assertThat(pool.assign("b", "")).contains("10.88.0.3");
    assertThat(pool.assign("a", "")).contains("10.88.0.2");
    assertThat(pool.assign("c", "10.88.1.7")).contains("10.88.1.7");
    assertThat(pool.assign("d", "10.88.1.7")).contains("10.88.0.4");
  }

  @Test
  void whatContainersWereMadeWithIsTakenBeforeAnythingIsAssigned() {
    ContainerRef ref = new ContainerRef("default", "old", "uid-old", "c", 0);
    ContainerSummary made = new ContainerSummary("id", ref, false, false, "10.88.0.2");
    pool.recover(List.of(made));
    assertThat(pool.assign("new", "")).contains("10.88.0.3");
    assertThat(pool.assign("uid-old", "")).contains("10.88.0.2");
  }

  @Test
  void aLaterListTakesNothingThatWasReleased() {
    ContainerRef ref = new ContainerRef("default", "old", "uid-old", "c", 0);
    ContainerSummary made = new ContainerSummary("id", ref, false, false, "10.88.0.2");
    pool.recover(List.of());
    pool.recover(List.of(made));
    assertThat(pool.assign("new", "")).contains("10.88.0.2");
  }

  @Test
  void aFreedAddressIsTheLastToBeGivenAgain() {
    AddressPool small = new AddressPool(AddressRange.parse("10.0.0.0/27"));
    int size = AddressRange.parse("10.0.0.0/27").size();
    small.assign("first", "");
    small.release("first");
    for (int i = 1; i < size; i++) {
      assertThat(small.assign("pod-" + i, "")).isNotEqualTo(Optional.of("10.0.0.2"));
    }
    assertThat(small.assign("again", "")).contains("10.0.0.2");
    assertThat(small.assign("too-many", "")).isEmpty();
  }

  @Test
  void whatIsNoRangeIsRefused() {
    assertThatThrownBy(() -> AddressRange.parse("10.88.0.1/22")).hasMessageContaining("host part");
    assertThatThrownBy(() -> AddressRange.parse("10.88.0.0")).hasMessageContaining("10.88.0.0");
    assertThatThrownBy(() -> AddressRange.parse("300.0.0.0/24")).hasMessageContaining("300");
  }

  @Test
  void rangesOfManyNodesAreCutFromOne() {
    AddressRange all = AddressRange.parse("10.128.0.0/9");
    assertThat(all.part(0, 24)).hasToString("10.128.0.0/24");
    assertThat(all.part(999, 24)).hasToString("10.131.231.0/24");
  }
}
