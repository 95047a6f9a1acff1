package dev.capstan.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.ResourceRequirements;
import org.junit.jupiter.api.Test;

/** Unknown fields are seen on the wire, wherever they are. */
class WireShapeTest {

  private static final UnknownFieldSet UNKNOWN =
      UnknownFieldSet.newBuilder()
          .addField(999, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();

  private final WireShape.Shapes shapes = new WireShape.Shapes();

  private boolean known(Message message) {
    return shapes.allKnown(message.getDescriptorForType(), message.toByteString());
  }

  private static Pod.Builder pod() {
    return Pod.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setName("p").putLabels("app", "web").setGeneration(3))
        .setSpec(
            PodSpec.newBuilder()
                .addContainers(
                    Container.newBuilder()
                        .addArgs("a")
                        .setResources(ResourceRequirements.newBuilder().putRequests("cpu", "1"))));
  }

  @Test
  void whatTheParserKnowsIsKnown() {
    assertThat(known(pod().build())).isTrue();
    assertThat(known(Pod.getDefaultInstance())).isTrue();
  }

  @Test
  void anUnknownFieldIsSeenAtTheTop() {
    assertThat(known(pod().setUnknownFields(UNKNOWN).build())).isFalse();
  }

  @Test
  void anUnknownFieldIsSeenInAListInAMessage() {
    Pod.Builder pod = pod();
    pod.getSpecBuilder().getContainersBuilder(0).setUnknownFields(UNKNOWN);
    assertThat(known(pod.build())).isFalse();
  }

  /** The parser keeps a known number of another wire type as an unknown field. */
  @Test
  void aKnownNumberOfAnotherWireTypeIsSeen() {
    UnknownFieldSet asNumber =
        UnknownFieldSet.newBuilder()
            .addField(
                ObjectMeta.NAME_FIELD_NUMBER,
                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    assertThat(shapes.allKnown(ObjectMeta.getDescriptor(), asNumber.toByteString())).isFalse();
  }

  @Test
  void whatCannotBeReadIsLeftToTheParser() {
    assertThat(shapes.allKnown(Pod.getDescriptor(), ByteString.copyFrom(new byte[] {10, 100, 1})))
        .isFalse();
  }
}
