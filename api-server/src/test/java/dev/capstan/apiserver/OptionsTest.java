package dev.capstan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:7600", "8.8.8.8:7600", "127.0.0.1", "127.0.0.1:99999", ":x"})
  void onlyALoopbackAddressIsListenedOn(String listen) {
    Options options = new Options();
    options.listen = listen;
    assertThatThrownBy(options::address).isInstanceOf(StartException.class);
  }

  @Test
  void aTokenFileThatOthersCanReadIsRefused(@TempDir Path folder) throws Exception {
    Options options = new Options();
    Path file = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
    options.tokenFile = file;
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(options::token).hasMessageContaining("chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(options.token()).isEqualTo("0123456789abcdef");
  }

  @Test
  void withoutATokenTheServerDoesNotStart(@TempDir Path folder) throws Exception {
    Options options = new Options();
    assertThatThrownBy(options::token).isInstanceOf(StartException.class);
    options.tokenFile =
        Files.createFile(
            folder.resolve("token"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    assertThatThrownBy(options::token).isInstanceOf(StartException.class);
  }
}
