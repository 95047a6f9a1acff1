package dev.capstan.controller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChildNamesTest {

  @Test
  void aShortNameStaysWhole() {
    assertThat(ChildNames.of("web", "abcde", 63)).isEqualTo("web-abcde");
    assertThat(ChildNames.of("a".repeat(57), "abcde", 63)).isEqualTo("a".repeat(57) + "-abcde");
  }

  @Test
  void aLongNameIsCutSoThatTheSuffixFits() {
    assertThat(ChildNames.of("a".repeat(58), "abcde", 63)).isEqualTo("a".repeat(57) + "-abcde");
    assertThat(ChildNames.of("a".repeat(245), "0123456789", 253))
        .isEqualTo("a".repeat(242) + "-0123456789");
  }

  @Test
  void aCutBehindADotOrADashTakesThatToo() {
    assertThat(ChildNames.of("a".repeat(55) + ".-bcd", "abcde", 63))
        .isEqualTo("a".repeat(55) + "-abcde");
  }
}
