package dev.capstan.client.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.client.ConnectionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ClientOptionsTest {

  @Command(name = "some-process", showDefaultValues = true)
  private static final class SomeProcess {
    @Mixin private final ClientOptions client = new ClientOptions(7699);
  }

  @TempDir Path folder;

  private static ClientOptions parse(String... arguments) {
    SomeProcess process = new SomeProcess();
    new CommandLine(process).parseArgs(arguments);
    return process.client;
  }

  @Test
  void withoutOptionsItIsTheServerOfThisMachineAndTheProcessesOwnPort() throws IOException {
    assertThat(parse().connection())
        .extracting(ConnectionOptions::server)
        .isEqualTo("127.0.0.1:7600");
    assertThat(parse().connection().token()).isNull();
    assertThat(new CommandLine(new SomeProcess()).getUsageMessage()).contains("Default: 7699");
  }

  @Test
  void theTokenIsWhatTheFileHoldsWithoutTheNewline() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "secret-token\n");
    ClientOptions options = parse("--server=127.0.0.1:1", "--token-file=" + file);
    assertThat(options.connection().server()).isEqualTo("127.0.0.1:1");
    assertThat(options.connection().token()).isEqualTo("secret-token");
  }

  @Test
  void aMissingTokenFileIsNamed() {
    ClientOptions options = parse("--token-file=" + folder.resolve("none"));
    assertThatThrownBy(options::connection)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the token file " + folder.resolve("none") + " cannot be read");
  }
}
