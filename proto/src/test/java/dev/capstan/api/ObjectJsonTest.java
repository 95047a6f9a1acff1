package dev.capstan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Message;
import org.junit.jupiter.api.Test;

class ObjectJsonTest {

  private static final KindRegistry KINDS = KindRegistry.builtin();
  private static final String DEPLOYMENT =
      """
      {"apiVersion":"apps/v1","kind":"Deployment",
       "metadata":{"name":"web","creationTimestamp":"2026-11-22T10:15:30Z","labels":{"a":"b","c":"d"}},
       "spec":{"replicas":0,"selector":{"matchLabels":{"app":"web"}},
        "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"i",
          "resources":{"requests":{"cpu":"500m"}},
          "readinessProbe":{"tcpSocket":{"port":8080}},
          "livenessProbe":{"httpGet":{"path":"/","port":"http"}}}]}},
        "strategy":{"rollingUpdate":{"maxUnavailable":1,"maxSurge":"25%"}}}}
      """;

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @Test
  void anObjectReadAndPrintedIsTheSame() {
    Kind kind = KINDS.require("Deployment");
    ObjectJsonReader.Result read = ObjectJsonReader.read(kind, json(DEPLOYMENT));
    assertThat(read.violations()).isEmpty();
    assertThat(ObjectJson.print(kind, read.object())).isEqualTo(json(DEPLOYMENT));
  }

  @Test
  void zeroReplicasAreNotAbsent() {
    Kind kind = KINDS.require("Deployment");
    Message object = ObjectJsonReader.read(kind, json("{\"spec\":{\"replicas\":0}}")).object();
    assertThat(ObjectJson.print(kind, object).get("spec").toString()).isEqualTo("{\"replicas\":0}");
  }

  @Test
  void resourcesAreShownEvenIfEmptyAndMeanNoneWhenReadBack() {
    Kind pod = KINDS.require("Pod");
    JsonObject without = json("{\"spec\":{\"containers\":[{\"name\":\"a\"}]}}");
    Message object = ObjectJsonReader.read(pod, without).object();
    JsonObject shown = ObjectJson.show(pod, object);
    assertThat(shown.get("spec").toString())
        .isEqualTo("{\"containers\":[{\"name\":\"a\",\"resources\":{}}]}");
    assertThat(ObjectJsonReader.read(pod, shown).object()).isEqualTo(object);
  }

  @Test
  void bytesAreBase64AndPlainNumbersPassAsQuantities() {
    Kind secret = KINDS.require("Secret");
    Message object = ObjectJsonReader.read(secret, json("{\"data\":{\"k\":\"aGk=\"}}")).object();
    assertThat(ObjectJson.print(secret, object).get("data").toString())
        .isEqualTo("{\"k\":\"aGk=\"}");
    Kind pod = KINDS.require("Pod");
    var read =
        ObjectJsonReader.read(
            pod, json("{\"spec\":{\"containers\":[{\"resources\":{\"limits\":{\"cpu\":2}}}]}}"));
    assertThat(read.violations()).isEmpty();
  }

  @Test
  void everythingWrongIsReportedWithItsPath() {
    String text =
        """
        {"kind":"Pod","metadata":{"labels":{"a":true}},
         "spec":{"replicas":"3","paused":1,"revisionHistoryLimit":1e99,"minReadySeconds":1.5,
          "selector":[],"strategy":{"rollingUpdate":{"maxSurge":[]}},"nonsense":1,
          "template":{"spec":{"containers":{}}}}}
        """;
    assertThat(ObjectJsonReader.read(KINDS.require("Deployment"), json(text)).violations())
        .extracting(Violation::toString)
        .containsExactlyInAnyOrder(
            "kind: must be Deployment",
            "metadata.labels['a']: must be a text",
            "spec.replicas: must be a whole number",
            "spec.paused: must be true or false",
            "spec.revisionHistoryLimit: must be a whole number",
            "spec.minReadySeconds: must be a whole number",
            "spec.selector: must be an object",
            "spec.strategy.rollingUpdate.maxSurge: must be a whole number",
            "spec.nonsense: unknown field",
            "spec.template.spec.containers: must be a list");
  }

  @Test
  void mergePatchFollowsTheExamplesOfRfc7396() {
    String[][] examples = {
      {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
      {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
      {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
      {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
      {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
      {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
      {"{\"a\":\"foo\"}", "null", "null"},
      {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
      {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
      {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
    };
    for (String[] example : examples) {
      assertThat(
              ObjectJson.merge(
                  JsonParser.parseString(example[0]), JsonParser.parseString(example[1])))
          .isEqualTo(JsonParser.parseString(example[2]));
    }
  }
}
