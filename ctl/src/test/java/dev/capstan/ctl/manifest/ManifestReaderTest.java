package dev.capstan.ctl.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.KindRegistry;
import dev.capstan.api.Violation;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestReaderTest {

  private static Manifest one(String text) {
    ManifestReader reader = new ManifestReader(KindRegistry.builtin(), "here", false);
    reader.read("f.yaml", text.getBytes(StandardCharsets.UTF_8));
    List<Manifest> all = reader.manifests();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void zeroIsNotAbsent() {
    Deployment zero =
        (Deployment)
            one("{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: 0}}")
                .object();
    Deployment absent =
        (Deployment)
            one("{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: null}}")
                .object();
    assertThat(zero.getSpec().hasReplicas()).isTrue();
    assertThat(absent.getSpec().hasReplicas()).isFalse();
  }

  @Test
  void quantitiesStayAsTheyWereWritten() {
    Pod pod =
        (Pod)
            one("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, image: i,"
                    + " resources: {limits: {cpu: 0.50, memory: 1e3, pods: 2, ephemeral-storage: \"1Gi\"}}}]}}")
                .object();
    assertThat(pod.getSpec().getContainers(0).getResources().getLimitsMap())
        .containsEntry("cpu", "0.50")
        .containsEntry("memory", "1e3")
        .containsEntry("pods", "2")
        .containsEntry("ephemeral-storage", "1Gi");
  }

  @Test
  void aNumberOrAPercentageMayStandWhereEitherMay() {
    Deployment d =
        (Deployment)
            one("{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {strategy: {rollingUpdate:"
                    + " {maxSurge: 1, maxUnavailable: 25%}}}}")
                .object();
    assertThat(d.getSpec().getStrategy().getRollingUpdate().getMaxSurge())
        .isEqualTo(IntOrString.newBuilder().setIntValue(1).build());
    assertThat(d.getSpec().getStrategy().getRollingUpdate().getMaxUnavailable())
        .isEqualTo(IntOrString.newBuilder().setStringValue("25%").build());
  }

  @Test
  void octalNumbersAreThoseOfYaml11() {
    Deployment d =
        (Deployment)
            one("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: a, annotations: {code: !!str 010, other: ! 7}}
            spec:
              replicas: 010
              minReadySeconds: 08
              revisionHistoryLimit: !!int "0o17"
              strategy: {rollingUpdate: {maxSurge: 010}}
              template: {spec: {containers: [{name: c, image: i, resources: {limits: {cpu: 010}}}]}}
            """)
                .object();
    assertThat(d.getSpec().getReplicas()).isEqualTo(8);
    assertThat(d.getSpec().getMinReadySeconds()).isEqualTo(8);
    assertThat(d.getSpec().getRevisionHistoryLimit()).isEqualTo(15);
    assertThat(d.getSpec().getStrategy().getRollingUpdate().getMaxSurge().getIntValue())
        .isEqualTo(8);
    assertThat(
            d.getSpec()
                .getTemplate()
                .getSpec()
                .getContainers(0)
                .getResources()
                .getLimitsOrThrow("cpu"))
        .isEqualTo("8");
    assertThat(d.getMetadata().getAnnotationsMap())
        .containsEntry("code", "010")
        .containsEntry("other", "7");
  }

  @Test
  void jsonValuesMayFollowEachOther() {
    String map = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"%s\"}}";
    ManifestReader reader = new ManifestReader(KindRegistry.builtin(), "here", false);
    String text =
        map.formatted("a}{")
            + "\n"
            + map.formatted("b")
            + map.formatted("c")
            + "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\n";
    reader.read("stdin", text.getBytes(StandardCharsets.UTF_8));
    assertThat(reader.manifests())
        .extracting(manifest -> manifest.metadata().getName())
        .containsExactly("a}{", "b", "c", "d");
  }

  @Test
  void placesInJsonValuesThatFollowEachOtherAreThoseOfTheFile() {
    String first = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\n\"metadata\":{\"name\":\"a\"}}";
    String second = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\n \"spec\":1}";
    ManifestReader reader = new ManifestReader(KindRegistry.builtin(), "here", false);
    reader.read("stdin", (first + " " + second).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(reader::manifests)
        .isInstanceOf(ManifestException.class)
        .hasMessage("stdin:3:2: spec: unknown field \"spec\"");
    ManifestReader broken = new ManifestReader(KindRegistry.builtin(), "here", false);
    broken.read("stdin", (first + " {\"a\":}").getBytes(StandardCharsets.UTF_8));
    broken.read("stdin", (first + " {\"kind\":\"Nix\"}").getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(broken::manifests).hasMessageContaining("stdin:2:34: kind: unknown kind");
  }

  @Test
  void bytesAreBase64() {
    Secret secret =
        (Secret)
            one("{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {p: aHVudGVyMg==}}")
                .object();
    assertThat(secret.getDataOrThrow("p").toStringUtf8()).isEqualTo("hunter2");
  }

  @Test
  void aliasesAndMergeKeysAreReplaced() {
    Pod pod =
        (Pod)
            one("""
            apiVersion: v1
            kind: Pod
            metadata: &m {name: a, labels: &l {app: x}, annotations: *l}
            spec:
              containers:
              - &c {name: c, image: i}
              - <<: *c
                name: d
            """)
                .object();
    assertThat(pod.getMetadata().getAnnotationsMap()).containsEntry("app", "x");
    assertThat(pod.getSpec().getContainers(1).getName()).isEqualTo("d");
    assertThat(pod.getSpec().getContainers(1).getImage()).isEqualTo("i");
  }

  @Test
  void anObjectWithoutNamespaceGoesWhereTheUserWorks() {
    assertThat(one("{apiVersion: v1, kind: Pod, metadata: {name: a}}").metadata().getNamespace())
        .isEqualTo("here");
    assertThat(
            one("{apiVersion: v1, kind: Namespace, metadata: {name: a}}").metadata().getNamespace())
        .isEmpty();
  }

  @Test
  void theServersComplaintsGetTheNearestPlaceInTheFile() {
    Manifest m =
        one(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: a
              labels:
                app: x
            spec:
              containers:
              - name: c
            """);
    assertThat(
            m.locate(
                List.of(
                    new Violation("spec.containers[0].image", "is required"),
                    new Violation("metadata.labels['app']", "is odd"),
                    new Violation("metadata.labels", "are odd"),
                    new Violation("", "is odd"))))
        .extracting(Problem::toString)
        .containsExactly(
            "f.yaml:9:5: spec.containers[0].image: is required",
            "f.yaml:6:10: metadata.labels['app']: is odd",
            "f.yaml:6:5: metadata.labels: are odd",
            "f.yaml:1:1: is odd");
  }
}
