package dev.capstan.kvstore.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.contract.Recorder;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * etcd in a container, from an image made here of the etcd at hand: nothing comes from a registry.
 */
class EtcdContainerIT {

  private static final int PORT = 2379;
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

  private final Seam seam = Seam.system();

  private static Txn put(String key, String value) {
    return new Txn(List.of(), List.of(new Txn.Op.Put(key, value.getBytes(UTF_8))));
  }

  @Test
  void aStoreInAContainerIsWrittenWatchedAndMissedWhenItIsGone() throws IOException {
    assumeTrue(System.getenv("DOCKER_HOST") != null, "no $DOCKER_HOST");
    try (GenericContainer<?> container = new GenericContainer<>(image(EtcdServer.binaryOrSkip()))) {
      container.withExposedPorts(PORT).start();
      EtcdOptions options =
          EtcdOptions.of(List.of(container.getHost() + ":" + container.getMappedPort(PORT)))
              .withCallTimeout(Duration.ofSeconds(10));
      try (KvStore store = new EtcdKvStore(options, seam)) {
        Recorder heard = new Recorder(seam.clock());
        store.watch("/", store.get("/").revision(), heard);
        long last = store.commit(new Group(List.of(put("/a", "1"), put("/b", "2")))).revision();
        assertThat(heard.awaitRevision(last).getFirst().changes()).hasSize(2);
        container.stop();
        assertThatThrownBy(() -> store.get("/a")).isInstanceOf(StoreException.Unavailable.class);
        assertThatThrownBy(() -> store.commit(new Group(List.of(put("/a", "2")))))
            .isInstanceOf(StoreException.UnknownOutcome.class);
      }
    }
  }

  /** The binary and the libraries it is linked with, and nothing else. */
  private static ImageFromDockerfile image(Path etcd) throws IOException {
    ImageFromDockerfile image =
        new ImageFromDockerfile("localhost/capstan/etcd-test:1", true)
            .withFileFromPath("etcd", etcd);
    StringBuilder dockerfile = new StringBuilder("FROM scratch\nCOPY etcd /etcd\n");
    Process ldd = new ProcessBuilder("ldd", etcd.toString()).start();
    Matcher libraries = LIBRARY.matcher(new String(ldd.getInputStream().readAllBytes(), UTF_8));
    for (int i = 0; libraries.find(); i++) {
      image.withFileFromPath("lib" + i, Path.of(libraries.group(1)).toRealPath());
      dockerfile.append("COPY lib%d %s\n".formatted(i, libraries.group(1)));
    }
    String client = "http://0.0.0.0:" + PORT;
    dockerfile.append(
        "ENTRYPOINT [\"/etcd\", \"--data-dir=/data\", \"--listen-client-urls=%s\", \"--advertise-client-urls=%s\"]\n"
            .formatted(client, client));
    return image.withFileFromString("Dockerfile", dockerfile.toString());
  }
}
