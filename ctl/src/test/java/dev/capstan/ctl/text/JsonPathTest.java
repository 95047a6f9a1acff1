package dev.capstan.ctl.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPathTest {

  private static final JsonElement TREE =
      JsonParser.parseString(
          "{\"a\":{\"b\":1,\"c.d\":\"x\"},\"l\":[{\"n\":\"p\",\"v\":1},{\"n\":\"q\",\"v\":20},{\"n\":\"r\"}],"
              + "\"t\":true,\"z\":null}");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{.a.b};1",
        "{$.a.b};1",
        "{a.b};1",
        "{.a['c.d']};x",
        "{.a.c\\.d};x",
        "{.l[0].n};p",
        "{.l[-1].n};r",
        "{.l[0:2].n};p q",
        "{.l[*].n};p q r",
        "{.l[?(@.n==\"q\")].v};20",
        "{.l[?(@.v>3)].n};q",
        "{.l[?(@.v)].n};p q",
        "{.l[?(@.n!=\"q\")].n};p r",
        "{..n};p q r",
        "{.nope.x};``",
        "{.t} {.z};`true `",
        "{.a};{\"b\":1,\"c.d\":\"x\"}",
        "{range .l[*]}{.n}={.v},{end};`p=1,q=20,r=,`",
        "x{\"\\t\"}y;x\ty",
        "{.l[9].n};``"
      })
  void templatesPrintAsKubectlPrintsThem(String template, String text) {
    assertThat(JsonPath.parse(template).print(TREE)).isEqualTo(text == null ? "" : text);
  }

  @Test
  void whatIsNoTemplateSaysWhy() {
    assertThatThrownBy(() -> JsonPath.parse("{.a")).hasMessageContaining("missing }");
    assertThatThrownBy(() -> JsonPath.parse("{.a[}")).hasMessageContaining("unterminated [");
    assertThatThrownBy(() -> JsonPath.parse("{.a[x]}")).hasMessageContaining("invalid array index");
    assertThatThrownBy(() -> JsonPath.parse("{range .a}x"))
        .hasMessageContaining("{range} without {end}");
    assertThatThrownBy(() -> JsonPath.parse("{end}")).hasMessageContaining("{end} without {range}");
  }
}
