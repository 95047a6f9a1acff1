package dev.capstan.api.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The descriptor set in proto/published is what clients were built against. {@code -Dpublish=true}
 * replaces it with today's, which is refused while today's is incompatible.
 */
class PublishedApiTest {
  private static final Path PUBLISHED = Path.of("published/capstan.protobin");

  @Test
  void nothingPublishedIsTakenAway() throws IOException {
    FileDescriptorSet now = built();
    if (Files.exists(PUBLISHED)) {
      FileDescriptorSet published = FileDescriptorSet.parseFrom(Files.readAllBytes(PUBLISHED));
      assertThat(Incompatibilities.between(published, now)).isEmpty();
    }
    if (Boolean.getBoolean("publish")) {
      Files.createDirectories(PUBLISHED.getParent());
      Files.write(PUBLISHED, now.toByteArray());
    }
    assertThat(PUBLISHED).exists();
  }

  @Test
  void commentsTravelWithTheDescriptors() throws IOException {
    assertThat(built().getFileList())
        .filteredOn(file -> file.getName().startsWith("capstan/"))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(file.getSourceCodeInfo().getLocationList()).isNotEmpty());
  }

  static FileDescriptorSet built() throws IOException {
    try (InputStream in = PublishedApiTest.class.getResourceAsStream("/capstan.protobin")) {
      assertThat(in).as("the descriptor set that the build writes").isNotNull();
      return FileDescriptorSet.parseFrom(in);
    }
  }
}
