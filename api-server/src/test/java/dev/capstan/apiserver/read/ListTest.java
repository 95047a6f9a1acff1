package dev.capstan.apiserver.read;

import static dev.capstan.apiserver.testing.ReadHarness.CONFIG_MAP;
import static dev.capstan.apiserver.testing.ReadHarness.POD;
import static dev.capstan.apiserver.testing.ReadHarness.labelled;
import static dev.capstan.apiserver.testing.ReadHarness.map;
import static dev.capstan.apiserver.testing.ReadHarness.pod;
import static dev.capstan.apiserver.testing.ReadHarness.selector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.capstan.api.Kind;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.ConfigMapList;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodList;
import dev.capstan.api.v1.RawObject;
import dev.capstan.api.v1.ResourceListRequest;
import dev.capstan.api.v1.ResourceListResponse;
import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListTest {

  /** Rings that hold all that has changed since a first page, and that hold one revision. */
  private static final long REMEMBERS = 1 << 20;

  private static final long FORGETS = 1;

  private static ConfigMapList list(ReadHarness api, ListRequest.Builder request)
      throws InterruptedException, InvalidProtocolBufferException {
    return ConfigMapList.parseFrom(
        api.server.endpoints().list(CONFIG_MAP).answer(api.call(), request.build()));
  }

  private static List<String> names(ConfigMapList list) {
    return list.getItemsList().stream().map(m -> m.getMetadata().getName()).toList();
  }

  private static Status.Code refusal(ReadHarness api, ListRequest.Builder request) {
    return Status.fromThrowable(catchThrowable(() -> list(api, request))).getCode();
  }

  @Test
  void itemsComeByNamespaceAndNameWithTheRevision() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          ConfigMap.Builder other = map("a", "1").toBuilder();
          other.getMetadataBuilder().setNamespace("alpha");
          api.write(map("b", "1"), map("a", "1"), other.build());
          ConfigMapList all = list(api, ListRequest.newBuilder());
          assertThat(names(all)).containsExactly("a", "a", "b");
          assertThat(all.getItems(0).getMetadata().getNamespace()).isEqualTo("alpha");
          assertThat(all.getMetadata().getResourceVersion())
              .isEqualTo(ResourceVersions.whole(api.revision()));
          assertThat(all.getMetadata().getContinueToken()).isEmpty();
          assertThat(names(list(api, ListRequest.newBuilder().setNamespace("default"))))
              .containsExactly("a", "b");
          assertThat(names(list(api, ListRequest.newBuilder().setNamespace("defaul")))).isEmpty();
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {REMEMBERS, FORGETS})
  void allPagesAreOfOneRevisionWhateverIsWrittenBetween(long ringBytes) {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim, ringBytes);
          for (int i = 0; i < 25; i++) {
            api.write(map("m%02d".formatted(i), "first"));
          }
          List<String> seen = new ArrayList<>();
          String version = "";
          String token = "";
          do {
            ConfigMapList page =
                list(api, ListRequest.newBuilder().setLimit(10).setContinueToken(token));
            if (token.isEmpty()) {
              assertThat(page.getMetadata().getRemainingItemCount()).isEqualTo(15);
              version = page.getMetadata().getResourceVersion();
            }
            assertThat(page.getMetadata().getResourceVersion()).isEqualTo(version);
            assertThat(page.getItemsList()).allMatch(m -> m.getDataOrThrow("v").equals("first"));
            seen.addAll(names(page));
            token = page.getMetadata().getContinueToken();
            api.write(
                map("m%02d".formatted(seen.size() + 1), "second"), map("m0" + seen.size(), "x"));
            api.commit(List.of(ReadHarness.delete(map("m24", ""))));
            api.settle();
          } while (!token.isEmpty());
          assertThat(seen).hasSize(25).isSorted().doesNotHaveDuplicates();
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {REMEMBERS, FORGETS})
  void selectorsHoldOnEveryPage(long ringBytes) {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim, ringBytes);
          for (int i = 0; i < 20; i++) {
            api.write(labelled("m%02d".formatted(i), i % 2 == 0 ? "web" : "db", "1"));
          }
          var query = ListRequest.newBuilder().setLabelSelector("app in (web)").setLimit(4);
          ConfigMapList first = list(api, query);
          api.write(labelled("m10", "db", "2"));
          api.write(labelled("m11", "web", "2"));
          api.settle();
          ConfigMapList second =
              list(api, query.setContinueToken(first.getMetadata().getContinueToken()));
          ConfigMapList third =
              list(api, query.setContinueToken(second.getMetadata().getContinueToken()));
          assertThat(names(first)).containsExactly("m00", "m02", "m04", "m06");
          assertThat(names(second)).containsExactly("m08", "m10", "m12", "m14");
          assertThat(names(third)).containsExactly("m16", "m18");
          assertThat(third.getMetadata().getContinueToken()).isEmpty();
        });
  }

  @Test
  void aPageOfWhatTheCacheRemembersIsNotAskedOfTheStore() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim, REMEMBERS);
          for (int i = 0; i < 4; i++) {
            api.write(map("m" + i, "1"));
          }
          ConfigMapList first = list(api, ListRequest.newBuilder().setLimit(2));
          // The store could not answer.
          long last = api.write(map("m3", "2"));
          api.settle();
          api.memory.compact(last);
          ConfigMapList rest =
              list(
                  api,
                  ListRequest.newBuilder()
                      .setContinueToken(first.getMetadata().getContinueToken()));
          assertThat(names(rest)).containsExactly("m2", "m3");
          assertThat(rest.getItems(1).getDataOrThrow("v")).isEqualTo("1");
        });
  }

  @Test
  void aPageEndsWhenItIsLargeAndGoesOn() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          String large = "x".repeat(200_000);
          for (int i = 0; i < 6; i++) {
            api.write(map("m" + i, large));
          }
          ConfigMapList first = list(api, ListRequest.newBuilder());
          assertThat(first.getSerializedSize()).isLessThan(1_100_000);
          assertThat(first.getItemsCount()).isEqualTo(5);
          ConfigMapList rest =
              list(
                  api,
                  ListRequest.newBuilder()
                      .setContinueToken(first.getMetadata().getContinueToken()));
          assertThat(names(rest)).containsExactly("m5");
        });
  }

  @Test
  void aForgedOrForeignTokenIsRefused() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          for (int i = 0; i < 5; i++) {
            api.write(map("m" + i, "1"));
          }
          String token =
              list(api, ListRequest.newBuilder().setLimit(2)).getMetadata().getContinueToken();
          for (int i = 0; i < token.length(); i++) {
            char flipped = token.charAt(i) == 'A' ? 'B' : 'A';
            String forged = token.substring(0, i) + flipped + token.substring(i + 1);
            if (!sameBytes(forged, token)) {
              assertThat(refusal(api, ListRequest.newBuilder().setContinueToken(forged)))
                  .isEqualTo(Status.Code.INVALID_ARGUMENT);
            }
          }
          for (String bad : List.of("x", "AAAA", "%%%", token + "AAAA", "A".repeat(5_000))) {
            assertThat(refusal(api, ListRequest.newBuilder().setContinueToken(bad)))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
          }
          // A good token, but of another query or kind.
          var inNamespace = ListRequest.newBuilder().setNamespace("default");
          assertThat(refusal(api, inNamespace.setContinueToken(token)))
              .isEqualTo(Status.Code.INVALID_ARGUMENT);
          var labels = ListRequest.newBuilder().setLabelSelector("a=b");
          assertThat(refusal(api, labels.setContinueToken(token)))
              .isEqualTo(Status.Code.INVALID_ARGUMENT);
          Throwable otherKind =
              catchThrowable(() ->
                  api.server
                      .endpoints()
                      .list(POD)
                      .answer(
                          api.call(), ListRequest.newBuilder().setContinueToken(token).build()));
          assertThat(Status.fromThrowable(otherKind).getCode())
              .isEqualTo(Status.Code.INVALID_ARGUMENT);
        });
  }

  /** The last character of base64 has bits that mean nothing. */
  private static boolean sameBytes(String a, String b) {
    var decoder = Base64.getUrlDecoder();
    return Arrays.equals(decoder.decode(a), decoder.decode(b));
  }

  @Test
  void aTokenWhoseRevisionIsCompactedIsOutOfRange() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim, FORGETS);
          for (int i = 0; i < 5; i++) {
            api.write(map("m" + i, "1"));
          }
          String token =
              list(api, ListRequest.newBuilder().setLimit(2)).getMetadata().getContinueToken();
          api.write(map("m8", "1"));
          long last = api.write(map("m9", "1"));
          api.settle();
          api.memory.compact(last);
          assertThat(refusal(api, ListRequest.newBuilder().setContinueToken(token)))
              .isEqualTo(Status.Code.OUT_OF_RANGE);
        });
  }

  @Test
  void whatIsNotUnderstoodIsRefusedWithItsPath() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          List<ListRequest.Builder> bad =
              List.of(
                  ListRequest.newBuilder().setLimit(-1),
                  ListRequest.newBuilder().setNamespace("a/b"),
                  ListRequest.newBuilder().setNamespace("\0"),
                  ListRequest.newBuilder().setNamespace("../kube-system"),
                  ListRequest.newBuilder().setNamespace("x".repeat(10_000)),
                  ListRequest.newBuilder().setLabelSelector("a in ("),
                  ListRequest.newBuilder().setLabelSelector("=,=,="),
                  ListRequest.newBuilder().setLabelSelector("a,".repeat(10_000)),
                  ListRequest.newBuilder().setFieldSelector("spec.nodeName=x"),
                  ListRequest.newBuilder().setFieldSelector("data.v=1"),
                  ListRequest.newBuilder().setFieldSelector("="));
          for (ListRequest.Builder request : bad) {
            assertThat(refusal(api, request))
                .as(request.toString())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
          }
        });
  }

  @Test
  void podsAreSelectedByNodeAndPhase() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          Pod.Builder running = pod("c", "n1").toBuilder();
          running.getStatusBuilder().setPhase("Running");
          api.write(pod("a", "n1"), pod("b", "n2"), running.build(), pod("d", ""));
          assertThat(pods(api, "spec.nodeName=n1")).containsExactly("a", "c");
          assertThat(pods(api, "spec.nodeName=n1,status.phase=Running")).containsExactly("c");
          assertThat(pods(api, "spec.nodeName!=n1")).containsExactly("b", "d");
          assertThat(pods(api, "spec.nodeName=")).containsExactly("d");
          assertThat(pods(api, "metadata.name=b")).containsExactly("b");
        });
  }

  private static List<String> pods(ReadHarness api, String fields) throws Exception {
    var request = ListRequest.newBuilder().setFieldSelector(fields).build();
    return PodList.parseFrom(api.server.endpoints().list(POD).answer(api.call(), request))
        .getItemsList()
        .stream()
        .map(p -> p.getMetadata().getName())
        .toList();
  }

  @Test
  void severalKindsAreListedAtOneRevision() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"), pod("p", "n"));
          var request =
              ResourceListRequest.newBuilder()
                  .addSelectors(selector("Pod", "", ""))
                  .addSelectors(selector("ConfigMap", "", ""))
                  .build();
          var response =
              ResourceListResponse.parseFrom(
                  api.server.endpoints().resourcesList().answer(api.call(), request));
          assertThat(response.getItemsList())
              .extracting(RawObject::getKind)
              .containsExactly("Pod", "ConfigMap");
          assertThat(response.getResourceVersion())
              .isEqualTo(ResourceVersions.whole(api.revision()));
          assertThat(ConfigMap.parseFrom(response.getItems(1).getObject()).getDataOrThrow("v"))
              .isEqualTo("1");
          for (var bad :
              List.of(
                  ResourceListRequest.newBuilder(),
                  ResourceListRequest.newBuilder().addSelectors(selector("Nope", "", "")),
                  request.toBuilder().addSelectors(selector("Pod", "", "")))) {
            Throwable refused =
                catchThrowable(
                    () -> api.server.endpoints().resourcesList().answer(api.call(), bad.build()));
            assertThat(Status.fromThrowable(refused).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
          }
        });
  }

  @Test
  void getAnswersTheObjectOrNotFound() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          long revision = api.write(map("a", "1"));
          ConfigMap got =
              ConfigMap.parseFrom(
                  ReadHarness.got(
                      api.server
                          .endpoints()
                          .get(CONFIG_MAP)
                          .answer(api.call(), get("default", "a"))));
          assertThat(got.getMetadata().getResourceVersion())
              .isEqualTo(ResourceVersions.of(revision, 0));
          assertThat(code(api, CONFIG_MAP, "default", "b")).isEqualTo(Status.Code.NOT_FOUND);
          Kind node = ReadHarness.KINDS.require("Node");
          assertThat(code(api, node, "", "n")).isEqualTo(Status.Code.NOT_FOUND);
          for (String bad : List.of("", "a/b", "../a", "A", "a\0", "x".repeat(10_000), "ａ")) {
            assertThat(code(api, CONFIG_MAP, "default", bad))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(code(api, CONFIG_MAP, bad, "a")).isEqualTo(Status.Code.INVALID_ARGUMENT);
          }
          assertThat(code(api, node, "default", "n")).isEqualTo(Status.Code.INVALID_ARGUMENT);
        });
  }

  private static GetRequest get(String namespace, String name) {
    return GetRequest.newBuilder().setNamespace(namespace).setName(name).build();
  }

  private static Status.Code code(ReadHarness api, Kind kind, String namespace, String name) {
    return Status.fromThrowable(
            catchThrowable(() ->
                ReadHarness.got(
                    api.server.endpoints().get(kind).answer(api.call(), get(namespace, name)))))
        .getCode();
  }
}
