package dev.capstan.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.capstan.api.v1.OptionsProto;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ResourcesProto;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KindRegistryTest {

  private final KindRegistry registry = KindRegistry.builtin();

  @Test
  void findsAKindByEveryNameAPersonMayUse() {
    for (String alias :
        List.of("po", "pod", "pods", "Pod", "PODS", "deploy", "deployments.apps", "Deployment")) {
      assertThat(registry.byAlias(alias)).as(alias).isPresent();
    }
    assertThat(registry.byAlias("deployments.v1.apps").orElseThrow().name())
        .isEqualTo("Deployment");
    assertThat(registry.byAlias("widgets")).isEmpty();
    assertThat(registry.byApiVersion("v1", "Deployment")).isEmpty();
  }

  @Test
  void noKindOfTheProtoFilesIsForgotten() {
    List<String> marked = new ArrayList<>();
    for (FileDescriptor file : files()) {
      file.getMessageTypes().stream()
          .filter(type -> type.getOptions().hasExtension(OptionsProto.kind))
          .forEach(type -> marked.add(type.getName()));
    }
    assertThat(registry.kinds().stream().map(Kind::name))
        .containsExactlyInAnyOrderElementsOf(marked);
  }

  @Test
  void everyKindHasAServiceNamedByItsPluralWithTheSharedMethods() {
    for (Kind kind : registry.kinds()) {
      var service =
          kind.descriptor().getFile().getServices().stream()
              .filter(candidate -> candidate.getName().equalsIgnoreCase(kind.plural()))
              .findFirst();
      assertThat(service).as(kind.name()).isPresent();
      assertThat(service.orElseThrow().getMethods().stream().map(method -> method.getName()))
          .contains("Create", "Get", "List", "Update", "Patch", "Delete", "Watch");
      assertThat(service.orElseThrow().findMethodByName("UpdateStatus") != null)
          .as("UpdateStatus of %s", kind)
          .isEqualTo(kind.statusField() != null);
    }
  }

  @Test
  void typedEventsAndFramesHaveTheBytesOfTheGenericOnes() {
    FileDescriptor generic = ResourcesProto.getDescriptor();
    for (Kind kind : registry.kinds()) {
      FileDescriptor file = kind.descriptor().getFile();
      assertSameNumbers(file, kind.name() + "Event", generic, "WatchEvent");
      assertSameNumbers(file, kind.name() + "WatchFrame", generic, "WatchFrame");
    }
  }

  private static void assertSameNumbers(
      FileDescriptor file, String name, FileDescriptor genericFile, String genericName) {
    List<FieldDescriptor> typed = file.findMessageTypeByName(name).getFields();
    List<FieldDescriptor> generic = genericFile.findMessageTypeByName(genericName).getFields();
    assertThat(typed.stream().map(field -> field.getNumber() + field.getName()))
        .as(name)
        .containsExactlyElementsOf(
            generic.stream().map(field -> field.getNumber() + field.getName()).toList());
  }

  private static List<FileDescriptor> files() {
    List<FileDescriptor> files = new ArrayList<>(ResourcesProto.getDescriptor().getDependencies());
    for (Kind kind : KindRegistry.builtin().kinds()) {
      if (!files.contains(kind.descriptor().getFile())) {
        files.add(kind.descriptor().getFile());
      }
    }
    assertThat(files).contains(Pod.getDescriptor().getFile());
    return files;
  }
}
