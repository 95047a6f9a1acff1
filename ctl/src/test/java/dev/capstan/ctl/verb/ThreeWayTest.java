package dev.capstan.ctl.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonParser;
import com.google.protobuf.Message;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.DeploymentSpec;
import dev.capstan.api.v1.EnvVar;
import dev.capstan.api.v1.PodSpec;
import org.junit.jupiter.api.Test;

class ThreeWayTest {

  private static JsonElement json(String text) {
    return JsonParser.parseString(text.replace('\'', '"'));
  }

  private static void merged(String last, String live, String wanted, String result) {
    assertThat(ThreeWay.merge(null, json(last), json(live), json(wanted))).isEqualTo(json(result));
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

  private static void settled(Message type, String live, String wanted, String result) {
    JsonElement merged =
        ThreeWay.merge(type.getDescriptorForType(), json("{}"), json(live), json(wanted));
    assertThat(merged).isEqualTo(json(result));
  }

  @Test
  void aDefaultMakesRoomForWhatExcludesIt() {
    settled(
        DeploymentSpec.getDefaultInstance(),
        "{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':'25%'}}}",
        "{'strategy':{'type':'Recreate'}}",
        "{'strategy':{'type':'Recreate'}}");
    settled(
        Container.getDefaultInstance(),
        "{'livenessProbe':{'httpGet':{'path':'/'},'periodSeconds':10}}",
        "{'livenessProbe':{'tcpSocket':{'port':80}}}",
        "{'livenessProbe':{'tcpSocket':{'port':80},'periodSeconds':10}}");
    settled(
        PodSpec.getDefaultInstance(),
        "{'containers':[{'name':'a','env':[{'name':'E','valueFrom':{'fieldRef':{}}}]}]}",
        "{'containers':[{'name':'a','env':[{'name':'E','value':'x'}]}]}",
        "{'containers':[{'name':'a','env':[{'name':'E','value':'x'}]}]}");
    settled(
        EnvVar.getDefaultInstance(),
        "{'valueFrom':{'fieldRef':{'fieldPath':'a'}}}",
        "{'valueFrom':{'secretKeyRef':{'name':'s'}}}",
        "{'valueFrom':{'secretKeyRef':{'name':'s'}}}");
  }

  @Test
  void requestsThatWereMadeFromTheLimitsFollowThem() {
    settled(
        Container.getDefaultInstance(),
        "{'resources':{'limits':{'cpu':'2'},'requests':{'cpu':'2','memory':'1Mi'}}}",
        "{'resources':{'limits':{'cpu':'1'}}}",
        "{'resources':{'limits':{'cpu':'1'},'requests':{'memory':'1Mi'}}}");
    settled(
        Container.getDefaultInstance(),
        "{'resources':{'limits':{'cpu':'2'},'requests':{'cpu':'1'}}}",
        "{'resources':{'limits':{'cpu':'3'}}}",
        "{'resources':{'limits':{'cpu':'3'},'requests':{'cpu':'1'}}}");
  }

  @Test
  void whatTheFileSetsTogetherStaysForTheServerToRefuse() {
    String both = "{'strategy':{'type':'Recreate','rollingUpdate':{'maxSurge':1}}}";
    settled(DeploymentSpec.getDefaultInstance(), "{'strategy':{}}", both, both);
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
    assertThat(ThreeWay.merge(null, JsonNull.INSTANCE, json("3"), json("4"))).isEqualTo(json("4"));
  }
}
