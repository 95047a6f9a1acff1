package dev.capstan.apiserver.handler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.capstan.api.v1.AppsProto;
import dev.capstan.api.v1.ClusterGrpc;
import dev.capstan.api.v1.CoreProto;
import dev.capstan.api.v1.InfoRequest;
import dev.capstan.api.v1.InfoResponse;
import dev.capstan.api.v1.KindInfo;
import dev.capstan.api.v1.KindsRequest;
import dev.capstan.api.v1.NodeProto;
import dev.capstan.api.v1.PodProto;
import dev.capstan.api.v1.ResourcesProto;
import dev.capstan.apiserver.Api;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServicesTest {

  @Test
  void everyServiceOfTheContractIsServed() throws Exception {
    TreeSet<String> contract =
        Stream.of(
                AppsProto.getDescriptor(),
                CoreProto.getDescriptor(),
                NodeProto.getDescriptor(),
                PodProto.getDescriptor(),
                ResourcesProto.getDescriptor())
            .flatMap(file -> file.getServices().stream())
            .map(ServiceDescriptor::getFullName)
            .collect(Collectors.toCollection(TreeSet::new));
    try (Api api = Api.start()) {
      List<String> served =
          api.server.services().stream()
              .map(service -> service.getServiceDescriptor().getName())
              .toList();
      assertThat(new TreeSet<>(served)).isEqualTo(contract);
    }
  }

  @Test
  void theKindsAreTold() throws Exception {
    try (Api api = Api.start()) {
      assertThat(api.resources().kinds(KindsRequest.getDefaultInstance()).getKindsList())
          .extracting(KindInfo::getPlural)
          .containsExactly(
              "configmaps",
              "deployments",
              "events",
              "leases",
              "namespaces",
              "nodes",
              "pods",
              "replicasets",
              "secrets");
    }
  }

  @Test
  void theServerSaysWhoItIs() throws Exception {
    try (Api api = Api.start()) {
      InfoResponse info =
          ClusterGrpc.newBlockingStub(api.channel).info(InfoRequest.getDefaultInstance());
      assertThat(info.getVersion()).isEqualTo("0.1.0");
      assertThat(info.getClusterId())
          .isEqualTo(api.namespaces().get(Api.get("", "kube-system")).getMetadata().getUid());
      assertThat(info.getStore()).isNotEmpty();
      assertThat(info.getJavaVersion()).startsWith("25");
    }
  }

  @Test
  void theTimeoutHeaderIsReadWithAMargin() {
    assertThat(CallGate.timeout("100m").toMillis()).isEqualTo(90);
    assertThat(CallGate.timeout("20S").toMillis()).isEqualTo(19_500);
    assertThat(CallGate.timeout("99999999H").toMillis()).isEqualTo(59_500);
    assertThat(CallGate.timeout("50u").toNanos()).isEqualTo(45_000);
    assertThat(CallGate.timeout("nonsense").toSeconds()).isEqualTo(60);
    assertThat(CallGate.timeout(null).toSeconds()).isEqualTo(60);
  }
}
