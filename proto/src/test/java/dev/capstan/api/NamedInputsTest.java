package dev.capstan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.OptionsProto;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.Probe;
import dev.capstan.api.v1.ResourceRequirements;
import org.junit.jupiter.api.Test;

/** What of a message counts, with the next release's messages made up. */
class NamedInputsTest {

  /** A message Thing {name; policy and limit, which came later; inner Thing; things}. */
  private static final Descriptor THING = thing();

  private static Descriptor thing() {
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("thing.proto")
            .setSyntax("proto3")
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName("Thing")
                    .addField(field("name", 1, Type.TYPE_STRING, ""))
                    .addField(field("policy", 2, Type.TYPE_STRING, "File"))
                    .addField(field("limit", 3, Type.TYPE_INT64, "30"))
                    .addField(field("inner", 4, Type.TYPE_MESSAGE, "").setTypeName("Thing"))
                    .addField(
                        field("things", 5, Type.TYPE_MESSAGE, "")
                            .setTypeName("Thing")
                            .setLabel(Label.LABEL_REPEATED)))
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("Thing");
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, Type type, String addedDefault) {
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setName(name)
            .setNumber(number)
            .setType(type)
            .setLabel(Label.LABEL_OPTIONAL);
    if (!addedDefault.isEmpty()) {
      field.setOptions(
          FieldOptions.newBuilder().setExtension(OptionsProto.addedDefault, addedDefault));
    }
    return field;
  }

  private static DynamicMessage.Builder set(String name, Object value) {
    return set(DynamicMessage.newBuilder(THING), name, value);
  }

  private static DynamicMessage.Builder set(
      DynamicMessage.Builder thing, String name, Object value) {
    return thing.setField(THING.findFieldByName(name), value);
  }

  @Test
  void aFieldWithItsAddedDefaultDoesNotCount() {
    DynamicMessage before = set("name", "web").build();
    DynamicMessage after = set(set(set("name", "web"), "policy", "File"), "limit", 30L).build();
    assertThat(NamedInputs.of(after)).isEqualTo(before);
  }

  @Test
  void aFieldWithAnotherValueCounts() {
    DynamicMessage other = set(set("name", "web"), "policy", "Logs").build();
    assertThat(NamedInputs.of(other)).isEqualTo(other);
  }

  @Test
  void itIsSoAtAnyDepth() {
    DynamicMessage before =
        DynamicMessage.newBuilder(THING)
            .addRepeatedField(THING.findFieldByName("things"), set("name", "a").build())
            .build();
    DynamicMessage after =
        DynamicMessage.newBuilder(THING)
            .addRepeatedField(
                THING.findFieldByName("things"), set(set("name", "a"), "limit", 30L).build())
            .build();
    assertThat(NamedInputs.of(after)).isEqualTo(before);
  }

  @Test
  void aMessageMadeToHoldADefaultGoesWithIt() {
    DynamicMessage held = set(set("name", "web"), "inner", set("limit", 30L).build()).build();
    assertThat(NamedInputs.of(held)).isEqualTo(set("name", "web").build());
  }

  @Test
  void anEmptyMessageThatWasThereStays() {
    Container container = Container.newBuilder().setReadinessProbe(Probe.newBuilder()).build();
    assertThat(NamedInputs.of(container).hasReadinessProbe()).isTrue();
  }

  @Test
  void anEmptyMessageThatIsShownAnywayIsAsGoodAsNone() {
    Container container =
        Container.newBuilder().setResources(ResourceRequirements.getDefaultInstance()).build();
    assertThat(NamedInputs.of(container)).isEqualTo(Container.getDefaultInstance());
  }

  @Test
  void whatANewerReleaseWroteDoesNotCount() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(4000, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .build();
    PodSpec newer =
        PodSpec.newBuilder()
            .addContainers(Container.newBuilder().setName("web").setUnknownFields(unknown))
            .setUnknownFields(unknown)
            .build();
    assertThat(NamedInputs.of(newer))
        .isEqualTo(
            PodSpec.newBuilder().addContainers(Container.newBuilder().setName("web")).build());
  }
}
