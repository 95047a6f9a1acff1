package dev.capstan.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ServerVersionTest {

  private static String commit(String manifest) throws IOException {
    return ServerVersion.commit(new ByteArrayInputStream(manifest.getBytes(UTF_8)));
  }

  @Test
  void theCommitIsTheOneTheManifestNames() throws IOException {
    assertThat(commit("Manifest-Version: 1.0\nGit-Commit: 1d47e98a2b3c\n"))
        .isEqualTo("1d47e98a2b3c");
  }

  @Test
  void aBuildThatDoesNotKnowItsCommitSaysNothing() throws IOException {
    assertThat(commit("Manifest-Version: 1.0\n")).isEmpty();
    assertThat(commit("Manifest-Version: 1.0\nGit-Commit: \n")).isEmpty();
    assertThat(ServerVersion.commit(null)).isEmpty();
    assertThat(ServerVersion.commit()).isEmpty();
  }
}
