package dev.capstan.ctl.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {

  private static final JsonElement TREE =
      JsonParser.parseString(
          "{\"a\":{\"b\":1,\"c.d\":\"x\"},\"l\":[{\"n\":\"p\",\"v\":1,\"c\":[{\"t\":\"x\",\"s\":\"1\"},{\"t\":\"y\",\"s\":\"2\"}]},"
              + "{\"n\":\"q\",\"v\":20,\"ok\":true,\"c\":[{\"t\":\"x\",\"s\":\"2\"}]},"
              + "{\"n\":\"r\",\"ok\":false,\"w\":{\"z\":5}}],\"t\":true,\"z\":null}");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{.a.b};1",
        "{$.a.b};1",
        "{@.a.b};1",
        "{ .a.b };1",
        "{.a['c\\.d']};x",
        "{.a.c\\.d};x",
        "{['a.b']};1",
        "{.l[0].n};p",
        "{.l[].n};p",
        "{.l[-1].n};r",
        "{.l[-2].n};q",
        "{.l[-3].n};p",
        "{.l[0:2].n};p q",
        "{.l[:2].n};p q",
        "{.l[-2:].n};q r",
        "{.l[0:-1].n};p q",
        "{.l[0:0].n};``",
        "{.l[9:9].n};``",
        "{.l[::2].n};p r",
        "{.l[1::2].n};q",
        "{.l[:3:2].n};p r",
        "{.l[*].n};p q r",
        "{.l[0,2].n};p r",
        "{.l[0, -1].n};p r",
        "{.l[*]['n','v']};p q r 1 20",
        "{.l[*]['n', 'w.z']};p q r 5",
        "{.l[?(@.n==\"q\")].v};20",
        "{.l[?(.n=='q')].v};20",
        "{.l[?(@.v>3)].n};q",
        "{.l[?(@.v >= 1)].n};p q",
        "{.l[?(@.v)].n};p q",
        "{.l[?(@.n!=\"q\")].n};p r",
        "{.l[?(@.w.z==-5)].n};``",
        "{.l[?(@.ok==false)].n};r",
        "{.l[?(@.ok==true)].n};q",
        "{.l[?(@..z==5)].n};r",
        "{.l[?(@.c[?(@.t==\"x\")].s==\"1\")].n};p",
        "{.l[?(@.c[?(@.t==\"x\")])].n};p q",
        "{.l[?(@.n==\")\")].n};``",
        "{..n};p q r",
        "{..l[2].n};r",
        "{.l[1:3:2147483647].n};q",
        "{.nope.x};``",
        "before-{.nope}after;before-after",
        "{.t} {.z};true null",
        "{.a};{\"b\":1,\"c.d\":\"x\"}",
        "{range .l[*]}{.n}={.v},{end};`p=1,q=20,r=,`",
        "{range .l[*]}{range .c[*]}{.t}{end},{end}.;xy,x,,.",
        "{range .nope[*]}{.n}{end}.;.",
        "x{\"\\t\"}y;x\ty",
        "x{'\\u00e9\\x41\\101'}y;xéAAy",
        "{\"{\"}{'}'};{}",
        "a\\nb;a\\nb",
      })
  void templatesPrintAsKubectlPrintsThem(String template, String text) {
    assertThat(JsonPath.parse(template).print(TREE)).isEqualTo(text == null ? "" : text);
  }

  @Test
  void aLineBreakIsWrittenInQuotes() {
    assertThat(JsonPath.parse("{range .l[*]}{.n}{\"\\n\"}{end}").print(TREE))
        .isEqualTo("p\nq\nr\n");
  }

  @ParameterizedTest
  @CsvSource({"a.b,1", ".a.b,1", "{.a.b},1", "{a.b},1", "l[0].n,p", "[0],z"})
  void columnsMayLackBracesAndTheFirstDot(String expression, String text) {
    JsonElement tree = expression.startsWith("[") ? JsonParser.parseString("[\"z\"]") : TREE;
    assertThat(JsonPath.relaxed(expression).find(tree)).hasToString("[" + quoted(text) + "]");
  }

  private static String quoted(String text) {
    return text.equals("1") ? text : "\"" + text + "\"";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{.l[9].n};array index out of bounds: index 9, length 3",
        "{.l[-4].n};array index out of bounds: index -1, length 3",
        "{.l[2:1].n};starting index 2 is greater than ending index 1",
        "{.l[0:9].n};array index out of bounds: index 8, length 3",
        "{.a[0]};an object is not array or slice",
        "{.a[?(@.b==1)]};an object is not array or slice and cannot be filtered",
        "{.l[?(@.n==1)].n};incompatible types for comparison: \"p\" and 1",
        "{.l[?(@.ok<true)].n};invalid type for comparison",
        "{.l[?(@.c[*].t==\"x\")].n};can only compare one element at a time",
      })
  void whatDoesNotFitTheTreeIsAnError(String template, String why) {
    assertThatThrownBy(() -> JsonPath.parse(template).print(TREE)).hasMessage(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{.a;unclosed action",
        "{.a[};unterminated array",
        "{.a[x]};invalid array index x",
        "{.a[\"b\"]};invalid array index \"b\"",
        "{.l[::0]};step must be > 0",
        "{.l[99999999999]};array index 99999999999 is not a number",
        "{a};unrecognized identifier a",
        "{range .a}x;{range} without {end}",
        "{end};`not in range, nothing to end`",
        "{....a};invalid multiple recursive descent",
        "{\"a};unterminated quoted string",
        "{\"\\q\"};unquote string \\q: unknown escape \\q",
        "{.l[?(@.n=~\"a.*\")]};unrecognized filter operator =~: use one of == != <= >= < >",
        "{.l[?(@.n<>1)]};unrecognized filter operator <>: use one of == != <= >= < >",
        "{.l[?(@.v>1 && @.n==\"q\")]};unrecognized character in action: '&': jsonpath has no && and"
            + " no ||",
        "{.l[?(@.v>1 || @.n)]};unrecognized character in action: '|': jsonpath has no && and no ||",
        "{.l[?(@.v && @.n)]};unrecognized character in action: '&': jsonpath has no && and no ||",
        "{.l[?(@.v};unterminated filter",
        "{.l[?(@.v)};unclosed array expect ]",
        "{.a,.b};unrecognized character in action: ','",
      })
  void whatIsNoTemplateSaysWhy(String template, String why) {
    assertThatThrownBy(() -> JsonPath.parse(template)).hasMessage(why);
  }

  /**
   * Arabic-Indic, full width: in an index, a slice, a number of a filter, and behind backslashes.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{.l[\u0661]}",
        "{.l[\uff11:2]}",
        "{.l[::\uff11]}",
        "{.l[?(@.v==\u0661)]}",
        "{.l[?(@.v==1\u0661)]}",
        "{.l[?(@.v==1.\uff11)]}",
        "{\"\\x\uff11\uff11\"}",
        "{\"\\u00\uff14\uff11\"}",
        "{\"\\1\uff10\uff11\"}",
        "{\"\\x+1\"}"
      })
  void digitsOfOtherScriptsAreNoNumber(String template) {
    assertThatThrownBy(() -> JsonPath.parse(template)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void escapesAreThoseOfGo() {
    assertThat(JsonPath.parse("{\"\\x41\\u00e9\\101\"}").print(JsonNull.INSTANCE)).isEqualTo("AéA");
  }

  @Test
  void filtersWithinFiltersEnd() {
    String deep = "{.a" + "[?(@.a".repeat(10_000) + ")]".repeat(10_000) + "}";
    assertThatThrownBy(() -> JsonPath.parse(deep)).hasMessage("too many levels of filters");
  }
}
