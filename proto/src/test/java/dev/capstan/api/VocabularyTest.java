package dev.capstan.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.LabelSelector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {

  @ParameterizedTest
  @CsvSource({
    "500m, 500, 1",
    "2, 2000, 2",
    "1.5, 1500, 2",
    "64Mi, 67108864000, 67108864",
    "1k, 1000000, 1000",
    "1e3, 1000000, 1000",
    "100n, 1, 1",
    ".5, 500, 1",
    "0, 0, 0"
  })
  void quantitiesRoundUp(String text, long millis, long units) {
    assertThat(Quantity.parse(text).millis()).isEqualTo(millis);
    assertThat(Quantity.parse(text).units()).isEqualTo(units);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "1 Gi", "1KB", "0x10", "--1", "1e999", "1Mi1"})
  void whatIsNotAQuantityIsRefused(String text) {
    assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void versionsOrderByRevisionThenSlot() {
    assertThat(ResourceVersions.compare(ResourceVersions.of(9, 100), ResourceVersions.of(10, 0)))
        .isNegative();
    assertThat(ResourceVersions.compare(ResourceVersions.of(10, 126), ResourceVersions.whole(10)))
        .isNegative();
    assertThat(ResourceVersions.revision(ResourceVersions.of(77, 5))).isEqualTo(77);
    assertThat(ResourceVersions.slot(ResourceVersions.of(77, 5))).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1.5", "99999999999999999999"})
  void whatIsNotAVersionIsRefused(String text) {
    assertThatThrownBy(() -> ResourceVersions.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=web | true",
        "app==web,tier!=db | true",
        "app in (web, api), !old | true",
        "app notin (web) | false",
        "missing notin (x) | true",
        "app | true",
        "!app | false",
        "old | false"
      })
  void labelSelectorsSelect(String text, boolean expected) {
    LabelSelector selector = LabelSelectors.parse(text);
    Map<String, String> labels = Map.of("app", "web", "tier", "front");
    assertThat(LabelSelectors.matches(selector, labels)).isEqualTo(expected);
    LabelSelector again = LabelSelectors.parse(LabelSelectors.print(selector));
    assertThat(again).isEqualTo(selector);
  }

  @ParameterizedTest
  @ValueSource(strings = {"=x", "a=b=c", "a in b", "a,,b", "a in (", "-a", "a in (b*)"})
  void whatIsNotALabelSelectorIsRefused(String text) {
    assertThatThrownBy(() -> LabelSelectors.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fieldSelectorsCompare() {
    List<FieldSelectors.Requirement> parsed =
        FieldSelectors.parse("spec.nodeName==n1,status.phase!=Failed,a=");
    assertThat(parsed)
        .containsExactly(
            new FieldSelectors.Requirement("spec.nodeName", "n1", true),
            new FieldSelectors.Requirement("status.phase", "Failed", false),
            new FieldSelectors.Requirement("a", "", true));
    assertThat(parsed.get(1).accepts("Running")).isTrue();
    assertThatThrownBy(() -> FieldSelectors.parse("nonsense"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"25%, 10, true, 3", "25%, 10, false, 2", "0%, 7, true, 0", "100%, 7, false, 7"})
  void percentagesScale(String text, int total, boolean up, int expected) {
    assertThat(IntOrStrings.scaled(IntOrStrings.of(text), total, up)).isEqualTo(expected);
  }

  @Test
  void aConditionKeepsItsTransitionTimeWhileItsStatusStays() {
    Timestamp first = Timestamp.newBuilder().setSeconds(1).build();
    Timestamp second = Timestamp.newBuilder().setSeconds(2).build();
    List<Condition> before = Conditions.with(List.of(), "Ready", "True", "A", "", first);
    List<Condition> same = Conditions.with(before, "Ready", "True", "A", "", second);
    List<Condition> reworded = Conditions.with(before, "Ready", "True", "B", "", second);
    List<Condition> changed = Conditions.with(before, "Ready", "False", "B", "", second);
    assertThat(same).isSameAs(before);
    assertThat(reworded.getFirst().getLastTransitionTime()).isEqualTo(first);
    assertThat(changed.getFirst().getLastTransitionTime()).isEqualTo(second);
  }
}
