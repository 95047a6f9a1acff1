package dev.capstan.apiserver.handler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.WritePodRequest;
import dev.capstan.apiserver.Api;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that nobody should send. The server answers INVALID_ARGUMENT, stores nothing and lives. */
class HostileInputTest {

  private Api api;

  @BeforeEach
  void start() throws Exception {
    api = Api.start();
  }

  @AfterEach
  void stop() {
    assertThat(Api.code(() -> api.create(Api.pod("still-alive")))).isEqualTo(Code.OK);
    api.close();
  }

  private ByteString call(Channel channel, String method, ByteString request) {
    ByteMarshaller bytes = new ByteMarshaller();
    MethodDescriptor<ByteString, ByteString> descriptor =
        MethodDescriptor.newBuilder(bytes, bytes)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .build();
    return ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, request);
  }

  private StatusRuntimeException create(ByteString request) {
    return Api.error(() -> call(api.channel, "capstan.v1.Pods/Create", request));
  }

  private static ByteString request(ByteString pod) {
    return field(1, pod);
  }

  /** A length-delimited field. */
  private static ByteString field(int number, ByteString value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeBytes(number, value);
      out.flush();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private static ByteString nested(int depth, boolean groups) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < depth; i++) {
      bytes.write(groups ? 0x0B : 0x0A); // Field 1 as a group, or as bytes of absurd length.
      if (!groups) {
        bytes.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F});
      }
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  static Stream<ByteString> brokenRequests() {
    ByteString badUtf8 = ByteString.copyFrom(new byte[] {(byte) 0xC3, 0x28});
    return Stream.of(
        ByteString.copyFromUtf8("not a message"),
        ByteString.copyFrom(new byte[] {0}),
        ByteString.copyFrom(new byte[] {0x0A, 0x7F}),
        nested(1, false),
        nested(100_000, false),
        nested(100_000, true),
        request(nested(200, true)),
        request(field(1, field(1, badUtf8))),
        request(field(1, field(10, field(1, badUtf8)))),
        ByteString.copyFrom(
            new byte[] {0x0A, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F}));
  }

  @ParameterizedTest
  @MethodSource("brokenRequests")
  void brokenBytesAreInvalid(ByteString request) {
    StatusRuntimeException error = create(request);
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(error.getStatus().getDescription()).doesNotContain("Exception", "\tat ");
  }

  @Test
  void randomBytesNeverAreAnInternalError() {
    Random random = new Random(42);
    ByteString good =
        WritePodRequest.newBuilder().setObject(Api.pod("fuzz")).build().toByteString();
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = good.toByteArray();
      int changes = 1 + random.nextInt(4);
      for (int c = 0; c < changes; c++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      ByteString request = ByteString.copyFrom(bytes, 0, 1 + random.nextInt(bytes.length));
      Code code = Api.code(() -> call(api.channel, "capstan.v1.Pods/Create", request));
      assertThat(code)
          .as("request %d", i)
          .isIn(Code.OK, Code.INVALID_ARGUMENT, Code.NOT_FOUND, Code.ALREADY_EXISTS);
    }
  }

  @Test
  void anUnknownFieldIsNamedWithItsPathAndBothVersions() {
    Pod.Builder pod = Api.pod("web").toBuilder();
    UnknownFieldSet volumes =
        UnknownFieldSet.newBuilder()
            .addField(
                777,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("x"))
                    .build())
            .build();
    pod.getSpecBuilder().getContainersBuilder(0).setUnknownFields(volumes);
    Metadata headers = new Metadata();
    headers.put(CallGate.VERSION, "0.9.7");
    Channel channel =
        ClientInterceptors.intercept(
            api.channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    StatusRuntimeException error =
        Api.error(
            () -> call(channel, "capstan.v1.Pods/Create", request(pod.build().toByteString())));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(ApiErrors.violations(error).getFirst().path()).isEqualTo("spec.containers[0]");
    assertThat(error.getStatus().getDescription()).contains("777", "0.9.7", "0.1.0");
    assertThat(api.exists(pod.build())).isFalse();
  }

  static Stream<String> hostileNames() {
    return Stream.of(
        "../etc",
        "a/b",
        "a%2eb",
        "a\0b",
        "WEB",
        "w\u0435b",
        "",
        ".",
        "..",
        "x".repeat(10_000),
        "a b");
  }

  @ParameterizedTest
  @MethodSource("hostileNames")
  void noHostileNameReachesAKey(String name) {
    Pod.Builder pod = Api.pod("web").toBuilder();
    pod.getMetadataBuilder().setName(name);
    assertThat(Api.code(() -> api.create(pod.build()))).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(Api.code(() -> api.update(pod.build()))).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(Api.code(() -> api.pods().get(Api.get("default", name))))
        .isEqualTo(Code.INVALID_ARGUMENT);
    DeleteRequest delete = DeleteRequest.newBuilder().setNamespace("default").setName(name).build();
    assertThat(Api.code(() -> api.pods().delete(delete))).isEqualTo(Code.INVALID_ARGUMENT);
    Pod.Builder moved = Api.pod("web").toBuilder();
    moved.getMetadataBuilder().setNamespace(name.isEmpty() ? "/" : name);
    assertThat(Api.code(() -> api.create(moved.build()))).isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void manyViolationsStillFitIntoAnAnswer() {
    Pod.Builder pod = Api.pod("web").toBuilder();
    for (int i = 0; i < 200; i++) {
      pod.getSpecBuilder()
          .addTolerationsBuilder()
          .setKey("\u20AC".repeat(60) + i)
          .setEffect("Never");
    }
    StatusRuntimeException error = Api.error(() -> api.create(pod.build()));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(ApiErrors.violations(error)).isNotEmpty();
    int size =
        java.util.Objects.requireNonNull(error.getStatus().getDescription())
                .getBytes(StandardCharsets.UTF_8)
                .length
            + java.util.Objects.requireNonNull(StatusProto.fromThrowable(error))
                .getSerializedSize();
    assertThat(size).isLessThan(8192);
  }
}
