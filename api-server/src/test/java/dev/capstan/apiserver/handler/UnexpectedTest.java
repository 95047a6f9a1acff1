package dev.capstan.apiserver.handler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ClusterGrpc;
import dev.capstan.api.v1.InfoRequest;
import dev.capstan.apiserver.Api;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.chain.Authorizer;
import dev.capstan.apiserver.chain.Permissions;
import dev.capstan.seam.Seam;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnexpectedTest {

  @Test
  void aBugIsInternalAndTellsNothingButAnId() throws Exception {
    ServiceBinder binder =
        new ServiceBinder(
            Seam.system(),
            Authenticator.trusting(),
            new Permissions(Authorizer.allowAll()),
            new RequestParser("0.1.0"),
            CallObserver.NONE,
            new OpenStreams());
    Endpoint.Unary<InfoRequest> broken =
        (call, request) -> {
          throw new IllegalStateException("password=hunter2");
        };
    Server server =
        InProcessServerBuilder.forName("unexpected")
            .addService(
                binder.bind(
                    ClusterGrpc.getServiceDescriptor(),
                    Map.of(
                        "capstan.v1.Cluster/Info",
                        GuardedEndpoint.unary(broken, Questions.ofEachItem()))))
            .build()
            .start();
    ManagedChannel channel = InProcessChannelBuilder.forName("unexpected").build();
    StatusRuntimeException error =
        Api.error(
            () -> ClusterGrpc.newBlockingStub(channel).info(InfoRequest.getDefaultInstance()));
    channel.shutdownNow();
    server.shutdownNow();
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INTERNAL);
    assertThat(error.getStatus().getDescription())
        .matches("internal error [0-9a-f]+; the server's log says more");
  }
}
