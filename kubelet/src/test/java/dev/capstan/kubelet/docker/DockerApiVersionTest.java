package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The API version spoken with an engine. */
class DockerApiVersionTest {

  @Test
  void anOldEngineIsSpokenToInItsOwnVersion() throws Exception {
    assertThat(DockerApiVersion.choose("1.41", "1.12").getVersion()).isEqualTo("1.41");
  }

  @Test
  void aNewEngineIsSpokenToInTheNewestTested() throws Exception {
    assertThat(DockerApiVersion.choose("1.52", "1.44").getVersion()).isEqualTo("1.44");
  }

  @Test
  void anEngineThatIsTooOldIsRefused() {
    assertThatThrownBy(() -> DockerApiVersion.choose("1.40", "1.12")).hasMessageContaining("20.10");
  }

  @Test
  void anEngineThatAsksForMoreIsRefused() {
    assertThatThrownBy(() -> DockerApiVersion.choose("1.60", "1.50")).hasMessageContaining("1.50");
  }
}
