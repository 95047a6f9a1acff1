package dev.capstan.kvstore.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EtcdQuotaTest {

  private final EtcdQuota quota = new EtcdQuota(2000);

  @Test
  void whatWasToldCountsUntilAnAlarmShowsLess() {
    quota.saw(600, false);
    assertThat(quota.bytes()).isEqualTo(2000);
    quota.saw(640, true);
    assertThat(quota.bytes()).isEqualTo(640);
    quota.saw(100, true);
    quota.saw(100, false);
    assertThat(quota.bytes()).isEqualTo(640);
  }

  @Test
  void anAlarmThatIsSeenAfterADefragmentationShowsTheSizeBefore() {
    quota.saw(640, false);
    quota.saw(10, true);
    assertThat(quota.bytes()).isEqualTo(640);
  }

  @Test
  void anAlarmAtTheQuotaSaysNothingNew() {
    quota.saw(2010, true);
    assertThat(quota.bytes()).isEqualTo(2000);
  }

  @Test
  void aMemberThatIsGivenMoreIsBelieved() {
    quota.saw(640, true);
    quota.saw(800, false);
    assertThat(quota.bytes()).isEqualTo(2000);
  }
}
