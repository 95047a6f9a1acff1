package dev.capstan.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.EnvVar;
import dev.capstan.api.v1.Pod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class UnknownFieldsTest {

  private static final UnknownFieldSet NEWER =
      UnknownFieldSet.newBuilder()
          .addField(900, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
          .build();

  private static Pod pod(int variables, UnknownFieldSet unknown) {
    Container.Builder container = Container.newBuilder().setName("web");
    for (int i = 0; i < variables; i++) {
      container.addEnv(EnvVar.newBuilder().setName("V" + i).setUnknownFields(unknown));
    }
    Pod.Builder pod = Pod.newBuilder();
    pod.getSpecBuilder().addContainers(container);
    return pod.build();
  }

  /** With work for each pair of items it would take minutes. */
  @Test
  @Timeout(20)
  void aListIsLookedThroughOnce() {
    Pod old = pod(100_000, NEWER);
    Pod known = pod(100_000, UnknownFieldSet.getDefaultInstance());
    assertThat(UnknownFields.keep(old, known)).isEqualTo(old);
    assertThat(UnknownFields.notOf(old, old)).isEmpty();
    assertThat(UnknownFields.notOf(known, old)).hasSize(100_000);
  }

  @Test
  void itemsAreToldApartByName() {
    Pod old = pod(3, NEWER);
    Pod.Builder fresh = pod(3, UnknownFieldSet.getDefaultInstance()).toBuilder();
    fresh.getSpecBuilder().getContainersBuilder(0).removeEnv(0).addEnvBuilder().setName("other");
    Container kept = ((Pod) UnknownFields.keep(old, fresh.build())).getSpec().getContainers(0);
    assertThat(kept.getEnv(0)).isEqualTo(old.getSpec().getContainers(0).getEnv(1));
    assertThat(kept.getEnv(2).getUnknownFields()).isEqualTo(UnknownFieldSet.getDefaultInstance());
  }
}
