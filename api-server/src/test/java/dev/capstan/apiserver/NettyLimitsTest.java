package dev.capstan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodsGrpc;
import dev.capstan.api.v1.WatchRequest;
import dev.capstan.api.v1.WritePodRequest;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.peers.Connections;
import dev.capstan.apiserver.peers.Limits;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits of a real port, which hold before anybody is trusted. */
class NettyLimitsTest {

  private Api api;
  private Server server;
  private ManagedChannel channel;
  private InetSocketAddress address;

  @BeforeEach
  void start() throws Exception {
    api = Api.start();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        GrpcServers.netty(
                any,
                GrpcServers.KeepAlive.DEFAULT,
                api.server,
                Authenticator.trusting(),
                new HealthStatusManager(),
                new Connections(api.seam, Limits.standard(), api.metrics),
                api.seam)
            .start();
    address = (InetSocketAddress) server.getListenSockets().getFirst();
    channel = NettyChannelBuilder.forAddress(address).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    assertThat(Api.code(this::list)).isEqualTo(Code.OK);
    channel.shutdownNow();
    server.shutdownNow();
    api.close();
  }

  private void list() {
    assertThat(PodsGrpc.newBlockingStub(channel).list(ListRequest.getDefaultInstance()))
        .isNotNull();
  }

  @Test
  void aRequestOfMoreThanFourMebibytesIsRefused() {
    Pod.Builder pod = Api.pod("web").toBuilder();
    pod.getSpecBuilder().getContainersBuilder(0).addArgs("x".repeat(5 << 20));
    WritePodRequest request = WritePodRequest.newBuilder().setObject(pod).build();
    StatusRuntimeException error =
        Api.error(() -> PodsGrpc.newBlockingStub(channel).create(request));
    assertThat(error.getStatus().getCode()).isIn(Code.RESOURCE_EXHAUSTED, Code.CANCELLED);
    assertThat(api.exists(pod.build())).isFalse();
  }

  @Test
  void manyViolationsFitIntoTheTrailersOfAnyClient() {
    Pod.Builder pod = Api.pod("web").toBuilder();
    for (int i = 0; i < 200; i++) {
      pod.getSpecBuilder().addTolerationsBuilder().setKey("\u20AC".repeat(60) + i).setEffect("No");
    }
    WritePodRequest request = WritePodRequest.newBuilder().setObject(pod).build();
    StatusRuntimeException error =
        Api.error(() -> PodsGrpc.newBlockingStub(channel).create(request));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(ApiErrors.violations(error)).hasSizeGreaterThan(5);
  }

  @Test
  void aFloodOfHeadersIsRefused() {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("x-flood", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(64 * 1024));
    StatusRuntimeException error =
        Api.error(() ->
            PodsGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .list(ListRequest.getDefaultInstance()));
    assertThat(error.getStatus().getCode()).isNotEqualTo(Code.OK);
  }

  @Test
  void aFloodOfResetsClosesTheConnection() throws Exception {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(20_000);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      frame(out, 4, 0, 0, new byte[0]);
      Thread reader = Thread.ofVirtual().start(() -> drain(socket));
      assertThat(reset(out)).as("resets until the connection was closed").isLessThan(200_000);
      reader.join();
    }
  }

  /** Opens and resets streams until the server hangs up. */
  private static int reset(DataOutputStream out) {
    // :method POST, :scheme http, :path /, no indexing: enough to be a request.
    byte[] headers = {(byte) 0x83, (byte) 0x86, (byte) 0x84};
    int sent = 0;
    try {
      for (int stream = 1; sent < 200_000; stream += 2, sent++) {
        frame(out, 1, 0x4, stream, headers);
        frame(out, 3, 0, stream, new byte[] {0, 0, 0, 8});
        out.flush();
      }
    } catch (IOException e) {
      // The server hung up.
    }
    return sent;
  }

  private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] body)
      throws IOException {
    out.writeByte(body.length >> 16);
    out.writeShort(body.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(body);
  }

  private static void drain(Socket socket) {
    try (InputStream in = socket.getInputStream()) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // Closed by either side.
    }
  }

  @Test
  void watchersThatNeverReadDoNotHoldUpOthers() {
    for (int i = 0; i < 200; i++) {
      PodsGrpc.newBlockingStub(channel).watch(WatchRequest.getDefaultInstance());
    }
    for (int i = 0; i < 50; i++) {
      api.create(Api.pod("p" + i));
    }
    assertThat(Api.code(this::list)).isEqualTo(Code.OK);
  }
}
