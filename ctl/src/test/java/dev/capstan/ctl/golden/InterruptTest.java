package dev.capstan.ctl.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.ctl.Main;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, in a process. */
@Timeout(120)
class InterruptTest {

  @TempDir Path home;
  private Server server;
  private String address;

  @BeforeEach
  void start() throws IOException {
    FakeServer objects = new FakeServer();
    for (FakeServer.Pending p :
        Clusters.read(objects.kinds, Path.of("src/test/resources/clusters/web.yaml"))) {
      objects.put(p.kind(), p.object());
    }
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .fallbackHandlerRegistry(new Patient(new FakeApi(objects)))
            .build()
            .start();
    address = "127.0.0.1:" + server.getPort();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  /** The same, with watches that do not end. */
  private static final class Patient extends HandlerRegistry {
    private final HandlerRegistry api;

    Patient(HandlerRegistry api) {
      this.api = api;
    }

    @Override
    @SuppressWarnings("unchecked") // Of bytes.
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
      ServerMethodDefinition<byte[], byte[]> method =
          (ServerMethodDefinition<byte[], byte[]>) api.lookupMethod(name, authority);
      ServerCallHandler<byte[], byte[]> handler = method.getServerCallHandler();
      return method.withServerCallHandler(
          name.endsWith("/Watch")
              ? (call, headers) -> handler.startCall(new Endless(call), headers)
              : handler);
    }
  }

  private static final class Endless extends SimpleForwardingServerCall<byte[], byte[]> {
    Endless(ServerCall<byte[], byte[]> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {}
  }

  private record Ended(int code, String err) {}

  /** Runs a command until it has printed a line, then presses Ctrl-C. */
  private Ended interrupted(String after, String... words) throws Exception {
    Path err = home.resolve("err");
    // A process in the background of a script ignores SIGINT, and so would its children.
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dio.grpc.netty.shaded.io.netty.transport.noNative=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().put("HOME", home.toString());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      while (line != null && !line.contains(after)) {
        line = out.readLine();
      }
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      while (line != null) {
        line = out.readLine();
      }
      return new Ended(process.waitFor(), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void rollingUpdateSaysThatTheRolloutGoesOnAndHowToUndoIt() throws Exception {
    Ended ended =
        interrupted(
            "Waiting for deployment",
            "rolling-update",
            "web",
            "--image=hello:3",
            "-n",
            "default",
            "--server",
            address);
    assertThat(ended.err())
        .isEqualTo(
            """

            The rollout of deployment "web" goes on. What to type next:
              capstan rollout status deployment/web --server ADDRESS -n default  waits for it
              capstan rolling-update web --rollback --server ADDRESS -n default  undoes it
            """
                .replace("ADDRESS", address));
    assertThat(ended.code()).isEqualTo(130);
  }

  @Test
  void aRollbackThatIsInterruptedNamesTheRevisions() throws Exception {
    Ended ended =
        interrupted("Waiting for deployment", "rolling-update", "web", "--rollback", "-s", address);
    assertThat(ended.err())
        .contains("goes on.")
        .contains(
            "capstan rollout history deployment/web --server "
                + address
                + "  shows what to go back to\n");
    assertThat(ended.code()).isEqualTo(130);
  }

  @Test
  void whatOnlyLooksHasNothingToSay() throws Exception {
    Ended ended = interrupted("web-bbb-x3", "get", "pods", "-w", "-s", address);
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isEqualTo(130);
  }
}
