package dev.capstan.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DynamicMessage;
import dev.capstan.apiserver.ApiServer;
import dev.capstan.apiserver.GrpcServers;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.chain.TokenAuthenticator;
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/clients.md, "In any other language": the calls of a client without a generated class. */
class ReflectionOnlyClientTest {

  private static final String TOKEN = "a-token-of-some-length-0123456789";

  private final Seam seam = Seam.system();
  private ApiServer api;
  private Server grpc;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    Authenticator authenticator = new TokenAuthenticator(TOKEN);
    ApiServer.Settings trusting = ApiServer.Settings.trusting();
    ApiServer.Settings settings =
        new ApiServer.Settings(
            "test", authenticator, trusting.authorizer(), trusting.cache(), trusting.startTime());
    api =
        ApiServer.start(seam, new MemoryKvStore(seam), ValueCodec.plain(), settings, new Metrics());
    String name = InProcessServerBuilder.generateName();
    grpc =
        GrpcServers.add(
                InProcessServerBuilder.forName(name),
                api,
                authenticator,
                new HealthStatusManager(),
                seam)
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    grpc.shutdownNow();
    api.close();
  }

  private ReflectedApi client() {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + TOKEN);
    return new ReflectedApi(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)));
  }

  @Test
  void aConfigMapIsCreatedAndListedByReflectionAlone() throws Exception {
    ReflectedApi client = client();
    assertThat(client.services()).contains("capstan.v1.ConfigMaps", "capstan.v1.Resources");
    client.call(
        "capstan.v1.ConfigMaps",
        "Create",
        """
        object {
          metadata { namespace: "default" name: "greeting" }
          data { key: "text" value: "hello" }
        }\
        """);
    DynamicMessage list = client.call("capstan.v1.ConfigMaps", "List", "namespace: \"default\"");
    List<?> items = (List<?>) list.getField(list.getDescriptorForType().findFieldByName("items"));
    assertThat(items).hasSize(1);
    assertThat(items.getFirst().toString()).contains("greeting").contains("hello");
  }

  @Test
  void withoutATokenNothingIsToldOrDone() {
    ReflectedApi stranger = new ReflectedApi(channel);
    assertThatThrownBy(stranger::services).hasMessageContaining("UNAUTHENTICATED");
  }
}
