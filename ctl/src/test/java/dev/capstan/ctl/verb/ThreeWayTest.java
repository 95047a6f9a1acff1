package dev.capstan.ctl.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

class ThreeWayTest {

  private static JsonElement json(String text) {
    return JsonParser.parseString(text.replace('\'', '"'));
  }

  private static void merged(String last, String live, String wanted, String result) {
    assertThat(ThreeWay.merge(json(last), json(live), json(wanted))).isEqualTo(json(result));
  }

  @Test
  void whatTheFileSaysIsSetAndTheRestStays() {
    merged("{}", "{'a':1,'b':{'c':2,'d':3}}", "{'b':{'c':9}}", "{'a':1,'b':{'c':9,'d':3}}");
  }

  @Test
  void whatTheFileNoLongerSaysIsRemoved() {
    merged("{'a':1,'b':{'c':2}}", "{'a':1,'b':{'c':2,'d':3}}", "{'b':{}}", "{'b':{'d':3}}");
  }

  @Test
  void namedItemsAreMergedByName() {
    merged(
        "[{'name':'a','x':1},{'name':'old'}]",
        "[{'name':'a','x':1,'default':true},{'name':'old'},{'name':'sidecar'}]",
        "[{'name':'new'},{'name':'a','x':2}]",
        "[{'name':'new'},{'name':'a','x':2,'default':true},{'name':'sidecar'}]");
  }

  @Test
  void otherListsAreReplaced() {
    merged("['a']", "['a','b']", "['c']", "['c']");
    merged("null", "[{'name':'a'},{'name':'a'}]", "[{'name':'b'}]", "[{'name':'b'}]");
  }

  @Test
  void thePatchOfEqualObjectsIsEmpty() {
    assertThat(
            ThreeWay.patch(
                json("{'a':{'b':[1]}}").getAsJsonObject(),
                json("{'a':{'b':[1]}}").getAsJsonObject()))
        .isEqualTo(json("{}"));
  }

  @Test
  void thePatchNamesWhatChangedAndWhatWent() {
    assertThat(
            ThreeWay.patch(
                json("{'a':1,'b':{'c':2,'d':[1]}}").getAsJsonObject(),
                json("{'b':{'c':2,'d':[2]},'e':null}").getAsJsonObject()))
        .isEqualTo(json("{'a':null,'b':{'d':[2]},'e':null}"));
    assertThat(ThreeWay.merge(JsonNull.INSTANCE, json("3"), json("4"))).isEqualTo(json("4"));
  }
}
