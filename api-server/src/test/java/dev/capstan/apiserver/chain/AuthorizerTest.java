package dev.capstan.apiserver.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WriteOp;
import dev.capstan.api.v1.WriteRequest;
import dev.capstan.api.v1.WriteResponse;
import dev.capstan.apiserver.Api;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class AuthorizerTest {

  private static final Authorizer NOBODY =
      (user, question) -> {
        throw ApiErrors.forbidden(user.name() + " may not " + question);
      };

  /** A request that names an object where the method's request can. */
  private static ByteString request(MethodDescriptor<?, ?> method) {
    var descriptor =
        ((ProtoMethodDescriptorSupplier)
                java.util.Objects.requireNonNull(method.getSchemaDescriptor()))
            .getMethodDescriptor()
            .getInputType();
    Message.Builder request = com.google.protobuf.DynamicMessage.newBuilder(descriptor);
    for (String field : List.of("namespace", "name", "node_name", "holder_identity")) {
      var found = descriptor.findFieldByName(field);
      if (found != null) {
        request.setField(found, "x");
      }
    }
    var object = descriptor.findFieldByName("object");
    if (object != null) {
      Message.Builder builder = request.newBuilderForField(object);
      var metadata = builder.getDescriptorForType().findFieldByName("metadata");
      Message.Builder meta = builder.newBuilderForField(metadata);
      meta.setField(meta.getDescriptorForType().findFieldByName("name"), "x");
      request.setField(object, builder.setField(metadata, meta.build()).build());
    }
    return request.build().toByteString();
  }

  @Test
  void everyMethodOfEveryServiceAsks() throws Exception {
    TreeMap<String, Code> passed = new TreeMap<>();
    try (Api api = Api.authorized(NOBODY)) {
      for (ServerServiceDefinition service : api.server.services()) {
        for (MethodDescriptor<?, ?> method : service.getServiceDescriptor().getMethods()) {
          Code code = code(api, method);
          if (code != Code.PERMISSION_DENIED) {
            passed.put(method.getFullMethodName(), code);
          }
        }
      }
    }
    // Batches and selections ask for each item: below.
    assertThat(passed.keySet())
        .containsExactlyInAnyOrder(
            "capstan.v1.Resources/List",
            "capstan.v1.Resources/Watch",
            "capstan.v1.Resources/Write");
  }

  private static Code code(Api api, MethodDescriptor<?, ?> method) {
    var marshaller = ProtoUtils.marshaller(com.google.protobuf.BytesValue.getDefaultInstance());
    assertThat(marshaller).isNotNull();
    MethodDescriptor<byte[], byte[]> raw =
        MethodDescriptor.newBuilder(new RawBytes(), new RawBytes())
            .setType(MethodType.SERVER_STREAMING)
            .setFullMethodName(method.getFullMethodName())
            .build();
    return Api.code(() ->
        ClientCalls.blockingServerStreamingCall(
                api.channel, raw, CallOptions.DEFAULT, request(method).toByteArray())
            .forEachRemaining(bytes -> {}));
  }

  private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public java.io.InputStream stream(byte[] value) {
      return new java.io.ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(java.io.InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Test
  void itemsOfABatchAreAskedForOneByOne() throws Exception {
    Authorizer noDeletes =
        (user, question) -> {
          if (question.verb() == Verb.DELETE) {
            throw ApiErrors.forbidden("no deletes");
          }
        };
    try (Api api = Api.authorized(noDeletes)) {
      Pod pod = api.create(Api.pod("web"));
      WriteOp delete =
          WriteOp.newBuilder()
              .setKind("Pod")
              .setDelete(DeleteRequest.newBuilder().setNamespace("default").setName("web"))
              .build();
      WriteOp create =
          WriteOp.newBuilder().setKind("Pod").setCreate(Api.pod("web-2").toByteString()).build();
      WriteResponse response =
          api.resources().write(WriteRequest.newBuilder().addOps(delete).addOps(create).build());
      assertThat(response.getResultsList())
          .extracting(result -> result.getStatus().getCode())
          .containsExactly(Code.PERMISSION_DENIED.value(), Code.OK.value());
      assertThat(api.exists(pod)).isTrue();
    }
  }

  @Test
  void everySelectorOfAWatchIsAskedFor() throws Exception {
    Authorizer noSecrets =
        (user, question) -> {
          if (question.kind().equals("Secret")) {
            throw ApiErrors.forbidden("no secrets");
          }
        };
    try (Api api = Api.authorized(noSecrets)) {
      ResourceWatchRequest request =
          ResourceWatchRequest.newBuilder()
              .addSelectors(ResourceSelector.newBuilder().setKind("Pod"))
              .addSelectors(ResourceSelector.newBuilder().setKind("Secret"))
              .build();
      StatusRuntimeException error = Api.error(() -> api.resources().watch(request).next());
      assertThat(error.getStatus().getCode()).isEqualTo(Code.PERMISSION_DENIED);
    }
  }

  @Test
  void theQuestionNamesTheObject() throws Exception {
    ConcurrentLinkedQueue<Question> asked = new ConcurrentLinkedQueue<>();
    try (Api api = Api.authorized((user, question) -> asked.add(question))) {
      api.updateStatus(api.create(Api.pod("web")));
    }
    Question pod = Question.of(Verb.CREATE, KindRegistry.builtin().require("Pod"));
    assertThat(asked)
        .containsExactly(
            pod.in("default").named("web"),
            new Question(Verb.UPDATE, "", "Pod", "status", "default", "web", "", ""));
  }

  @Test
  void aQuestionReadsAsASentence() {
    Question question =
        Question.of(Verb.LIST, KindRegistry.builtin().require("Deployment")).in("shop");
    assertThat(question).hasToString("list Deployment.apps shop/");
    assertThat(question.named("web").of("status"))
        .hasToString("list Deployment.apps/status shop/web");
    assertThat(Question.ofService(Verb.GET, "Cluster", "")).hasToString("get Cluster");
  }

  @Test
  void whatIsSelectedIsPartOfTheQuestion() throws Exception {
    ConcurrentLinkedQueue<Question> asked = new ConcurrentLinkedQueue<>();
    try (Api api = Api.authorized((user, question) -> asked.add(question))) {
      api.pods()
          .list(
              ListRequest.newBuilder()
                  .setNamespace("default")
                  .setFieldSelector("spec.nodeName=node-1")
                  .build());
    }
    assertThat(asked)
        .containsExactly(
            new Question(Verb.LIST, "", "Pod", "", "default", "", "", "spec.nodeName=node-1"));
  }
}
