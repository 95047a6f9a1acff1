package dev.capstan.client.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ResourceVersions;
import org.junit.jupiter.api.Test;

class WriteLogTest {

  private final WriteLog log = new WriteLog();

  @Test
  void whatWasWrittenAfterASnapshotIsNotInIt() {
    log.wrote(ResourceVersions.whole(7));
    assertThat(log.wroteAfter(ResourceVersions.whole(6))).isTrue();
  }

  @Test
  void aWriteThatChangedNothingIsOfAnOldVersion() {
    log.wrote(ResourceVersions.whole(7));
    assertThat(log.wroteAfter(ResourceVersions.whole(7))).isFalse();
  }

  @Test
  void nothingWasWrittenAfterAnything() {
    assertThat(log.wroteAfter("")).isFalse();
    assertThat(log.wroteAfter(ResourceVersions.whole(7))).isFalse();
  }
}
