package dev.capstan.kvstore.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EtcdQuotaTest {

  private final EtcdQuota quota = new EtcdQuota(2000);
  private long nanos = -5;

  private void saw(long size, boolean alarmed) {
    quota.saw(size, alarmed, nanos);
  }

  @Test
  void whatWasToldCountsUntilAnAlarmShowsLess() {
    saw(600, false);
    assertThat(quota.bytes()).isEqualTo(2000);
    saw(640, true);
    assertThat(quota.bytes()).isEqualTo(640);
    saw(100, true);
    saw(100, false);
    assertThat(quota.bytes()).isEqualTo(640);
  }

  @Test
  void anAlarmThatIsSeenAfterADefragmentationShowsTheSizeBefore() {
    saw(640, false);
    saw(10, true);
    assertThat(quota.bytes()).isEqualTo(640);
  }

  @Test
  void anAlarmAtTheQuotaSaysNothingNew() {
    saw(1500, false);
    saw(2010, true);
    assertThat(quota.bytes()).isEqualTo(2000);
  }

  @Test
  void aMemberThatIsGivenMoreIsBelieved() {
    saw(600, false);
    saw(640, true);
    saw(800, false);
    assertThat(quota.bytes()).isEqualTo(2000);
  }

  /** A server that was killed after it defragmented, or an operator who did only that. */
  @Test
  void anAlarmThatWasOnBeforeTheServerShowsNothing() {
    saw(10, true);
    saw(10, true);
    assertThat(quota.bytes()).isEqualTo(2000);
    assertThat(quota.isRoomy(10)).isTrue();
  }

  @Test
  void oneThatComesBackAfterItWasSwitchedOffShowsTheQuota() {
    saw(640, true);
    assertThat(quota.isRoomy(640)).isTrue();
    quota.disarmed();
    saw(650, true);
    assertThat(quota.bytes()).isEqualTo(650);
    assertThat(quota.isRoomy(640)).isFalse();
    saw(100, true);
    assertThat(quota.isRoomy(100)).isTrue();
  }

  @Test
  void whoSwitchesTheAlarmOffByHandIsBelieved() {
    saw(8, false);
    saw(10, true);
    assertThat(quota.isRoomy(10)).isFalse();
    saw(10, false);
    assertThat(quota.bytes()).isEqualTo(2000);
    saw(12, true);
    assertThat(quota.bytes()).as("in vain").isEqualTo(12);
  }

  @Test
  void aQuotaThatWasRaisedIsFoundOutAfterAWhile() {
    saw(600, false);
    saw(640, true);
    saw(100, false);
    nanos += EtcdQuota.MEMORY.toNanos() - 1;
    saw(100, false);
    assertThat(quota.bytes()).isEqualTo(640);
    nanos++;
    saw(100, false);
    assertThat(quota.bytes()).isEqualTo(2000);
    saw(1000, false);
    saw(100, true);
    assertThat(quota.bytes()).isEqualTo(1000);
  }
}
