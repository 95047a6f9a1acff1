package dev.capstan.apiserver.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ClusterGrpc;
import dev.capstan.api.v1.InfoRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.PodsGrpc;
import dev.capstan.api.v1.WatchRequest;
import dev.capstan.api.v1.WritePodRequest;
import dev.capstan.apiserver.Api;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {

  private static final String TOKEN = "a-long-and-random-token";

  private Api api;

  @BeforeEach
  void start() throws Exception {
    api = Api.guarded(new TokenAuthenticator(TOKEN));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Channel with(String header) {
    Metadata headers = new Metadata();
    headers.put(TokenAuthenticator.AUTHORIZATION, header);
    return ClientInterceptors.intercept(
        api.channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Test
  void withTheTokenCallsPass() {
    assertThat(
            ClusterGrpc.newBlockingStub(with("Bearer " + TOKEN))
                .info(InfoRequest.getDefaultInstance())
                .getClusterId())
        .isEqualTo(api.server.clusterId());
  }

  @Test
  void withoutTheTokenNoCallPasses() {
    assertThat(Api.code(() -> api.pods().list(ListRequest.getDefaultInstance())))
        .isEqualTo(Code.UNAUTHENTICATED);
    assertThat(Api.code(() -> api.create(Api.pod("web")))).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(Api.code(() -> api.pods().watch(WatchRequest.getDefaultInstance()).next()))
        .isEqualTo(Code.UNAUTHENTICATED);
  }

  /** Of two, one reader believes the first and another the last. */
  @Test
  void twoHeadersAreRefusedWhateverTheirOrder() {
    for (String[] both : new String[][] {{"wrong", TOKEN}, {TOKEN, "wrong"}, {TOKEN, TOKEN}}) {
      Metadata headers = new Metadata();
      headers.put(TokenAuthenticator.AUTHORIZATION, "Bearer " + both[0]);
      headers.put(TokenAuthenticator.AUTHORIZATION, "Bearer " + both[1]);
      Channel channel =
          ClientInterceptors.intercept(
              api.channel, MetadataUtils.newAttachHeadersInterceptor(headers));
      StatusRuntimeException error =
          Api.error(
              () -> ClusterGrpc.newBlockingStub(channel).info(InfoRequest.getDefaultInstance()));
      assertThat(error.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
      assertThat(error.getStatus().getDescription())
          .isEqualTo("more than one header \"authorization\": send one");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer wrong",
        "Bearer a-long-and-random-toke",
        "Bearer a-long-and-random-token2",
        "bearer a-long-and-random-token",
        "Basic a-long-and-random-token",
        "a-long-and-random-token",
        "Bearer ",
        ""
      })
  void aWrongTokenIsNoToken(String header) {
    WritePodRequest request = WritePodRequest.newBuilder().setObject(Api.pod("web")).build();
    assertThat(Api.code(() -> PodsGrpc.newBlockingStub(with(header)).create(request)))
        .isEqualTo(Code.UNAUTHENTICATED);
  }

  @Test
  void healthIsOpenToSupervisors() {
    assertThat(
            Api.code(() ->
                HealthGrpc.newBlockingStub(api.channel)
                    .check(HealthCheckRequest.getDefaultInstance())))
        .isEqualTo(Code.OK);
  }

  private Code reflect(Channel channel) throws Exception {
    BlockingClientCall<ServerReflectionRequest, ServerReflectionResponse> call =
        ServerReflectionGrpc.newBlockingV2Stub(channel).serverReflectionInfo();
    try {
      call.write(ServerReflectionRequest.newBuilder().setListServices("").build());
      ServerReflectionResponse response = call.read();
      assertThat(response.getListServicesResponse().getServiceList())
          .anyMatch(service -> service.getName().equals("capstan.v1.Pods"));
      return Code.OK;
    } catch (io.grpc.StatusException e) {
      return e.getStatus().getCode();
    } finally {
      call.cancel("done", null);
    }
  }

  @Test
  void reflectionNeedsTheToken() throws Exception {
    assertThat(reflect(api.channel)).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(reflect(with("Bearer " + TOKEN))).isEqualTo(Code.OK);
  }
}
