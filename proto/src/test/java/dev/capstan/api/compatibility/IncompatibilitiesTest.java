package dev.capstan.api.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class IncompatibilitiesTest {
  private static final FileDescriptorSet PUBLISHED = set(file -> {});

  @Test
  void anAddedFieldIsCompatible() {
    FileDescriptorSet now =
        set(file -> message(file).addField(field("image", 2, Type.TYPE_STRING)));
    assertThat(Incompatibilities.between(PUBLISHED, now)).isEmpty();
  }

  @Test
  void aRemovedFieldMustReserveItsNumberAndItsName() {
    FileDescriptorSet bare = set(file -> message(file).clearField());
    assertThat(Incompatibilities.between(PUBLISHED, bare))
        .containsExactly(
            "capstan.v1.Pod.replicas: removed without reserving its number and its name");

    ReservedRange one = ReservedRange.newBuilder().setStart(1).setEnd(2).build();
    FileDescriptorSet reserved =
        set(file -> message(file).clearField().addReservedRange(one).addReservedName("replicas"));
    assertThat(Incompatibilities.between(PUBLISHED, reserved)).isEmpty();
  }

  @Test
  void aChangedTypeNameOrPresenceIsNamed() {
    FileDescriptorSet now =
        set(file ->
            message(file).setField(0, field("size", 1, Type.TYPE_STRING).setProto3Optional(true)));
    assertThat(Incompatibilities.between(PUBLISHED, now))
        .containsExactly(
            "capstan.v1.Pod.replicas: name changed from replicas to size",
            "capstan.v1.Pod.replicas: JSON name changed from replicas to size",
            "capstan.v1.Pod.replicas: type changed from TYPE_INT32 to TYPE_STRING",
            "capstan.v1.Pod.replicas: presence changed from false to true");
  }

  @Test
  void aRemovedMessageServiceOrMethodIsNamed() {
    assertThat(Incompatibilities.between(PUBLISHED, set(file -> file.clearMessageType())))
        .containsExactly("capstan.v1.Pod: the message is gone");
    assertThat(Incompatibilities.between(PUBLISHED, set(file -> file.clearService())))
        .containsExactly("capstan.v1.Pods: the service is gone");
    assertThat(
            Incompatibilities.between(
                PUBLISHED, set(file -> file.getServiceBuilder(0).clearMethod())))
        .containsExactly("capstan.v1.Pods/Get: the method is gone");
  }

  @Test
  void aMethodThatBeginsToStreamIsNamed() {
    FileDescriptorSet now =
        set(file -> file.getServiceBuilder(0).getMethodBuilder(0).setServerStreaming(true));
    assertThat(Incompatibilities.between(PUBLISHED, now))
        .containsExactly(
            "capstan.v1.Pods/Get: signature changed from Pod → Pod to Pod → stream Pod");
  }

  private static DescriptorProto.Builder message(FileDescriptorProto.Builder file) {
    return file.getMessageTypeBuilder(0);
  }

  private static FieldDescriptorProto.Builder field(String name, int number, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setJsonName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL);
  }

  private static FileDescriptorSet set(Consumer<FileDescriptorProto.Builder> change) {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("capstan/v1/pod.proto")
            .setPackage("capstan.v1")
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName("Pod")
                    .addField(field("replicas", 1, Type.TYPE_INT32)))
            .addService(
                ServiceDescriptorProto.newBuilder()
                    .setName("Pods")
                    .addMethod(
                        MethodDescriptorProto.newBuilder()
                            .setName("Get")
                            .setInputType("Pod")
                            .setOutputType("Pod")));
    change.accept(file);
    return FileDescriptorSet.newBuilder().addFile(file).build();
  }
}
