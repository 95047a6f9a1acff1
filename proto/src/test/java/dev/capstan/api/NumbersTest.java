package dev.capstan.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.v1.IntOrString;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One number has one spelling. */
class NumbersTest {

  /** Arabic-Indic, Devanagari, full width, mathematical. */
  @ParameterizedTest
  @ValueSource(strings = {"\u0661\u0662", "\u0967", "\uff11", "1\u0662", "\ud835\udfce"})
  void digitsOfOtherScriptsAreNoNumber(String text) {
    assertThatThrownBy(() -> Numbers.parseLong(text)).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> Numbers.parseInt(text)).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> ResourceVersions.parse(text)).hasMessageContaining("resource version");
    assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(IllegalArgumentException.class);
    IntOrString percent = IntOrStrings.of(text + "%");
    assertThatThrownBy(() -> IntOrStrings.percent(percent))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aVersionHasNoSign() {
    for (String text : List.of("+1", "-1", " 1", "")) {
      assertThatThrownBy(() -> ResourceVersions.parse(text))
          .as(text)
          .hasMessageContaining("resource version");
    }
  }

  @Test
  void othersAreAsTheyAreInJava() {
    assertThat(Numbers.parseLong("-12")).isEqualTo(-12);
    assertThat(Numbers.parseInt("0")).isZero();
    assertThatThrownBy(() -> Numbers.parseLong("")).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> Numbers.parseInt("2147483648"))
        .isInstanceOf(NumberFormatException.class);
  }
}
