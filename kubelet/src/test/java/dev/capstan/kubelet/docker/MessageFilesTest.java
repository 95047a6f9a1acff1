package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kubelet.runtime.ContainerRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of last words; what is in them, and what they are, is not trusted. */
class MessageFilesTest {

  private static final ContainerRef REF = new ContainerRef("default", "a", "u", "web", 0);

  @TempDir Path data;
  private MessageFiles files;

  @BeforeEach
  void make() {
    files = new MessageFiles(data.resolve("messages"));
  }

  @Test
  void everybodyInTheContainerMayWriteAndNobodyElseGetsThere() throws Exception {
    Path file = files.make(REF).orElseThrow();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-rw-rw-");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    Files.writeString(file, "words");
    assertThat(files.make(REF)).contains(file);
    assertThat(files.read(REF)).asString().isEqualTo("words");
  }

  @Test
  void noLinkIsFollowed() throws Exception {
    Path file = files.make(REF).orElseThrow();
    Path secret = Files.writeString(data.resolve("secret"), "secret");
    Files.delete(file);
    Files.createSymbolicLink(file, secret);
    assertThat(files.read(REF)).isEmpty();
    files.remove(REF);
    assertThat(secret).exists();
  }

  @Test
  void ofALongTextTheEndIsRead() throws Exception {
    Files.writeString(files.make(REF).orElseThrow(), "a".repeat(100_000) + "b");
    assertThat(files.read(REF)).hasSize(4096).endsWith((byte) 'b');
  }

  @Test
  void whatIsNotThereIsEmptyAndWhereNothingCanBeMadeThereIsNone() throws Exception {
    assertThat(files.read(REF)).isEmpty();
    assertThat(files.names()).isEmpty();
    files.remove(REF);
    Path plain = Files.createFile(data.resolve("plain"));
    assertThat(new MessageFiles(plain.resolve("below")).make(REF)).isEmpty();
  }
}
