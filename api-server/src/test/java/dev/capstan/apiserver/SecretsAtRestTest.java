package dev.capstan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.capstan.api.v1.Secret;
import dev.capstan.api.v1.WriteSecretRequest;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsAtRestTest {

  @Test
  void theStoreNeverSeesASecret(@TempDir Path data) throws Exception {
    Seam seam = Seam.system();
    OpenedStore opened = OpenedStore.over(new MemoryKvStore(seam), data, seam);
    try (Api api = Api.over(opened.store(), opened.codec())) {
      Secret.Builder secret = Secret.newBuilder().putStringData("password", "hunter2-hunter2");
      secret.getMetadataBuilder().setNamespace("default").setName("login");
      api.secrets().create(WriteSecretRequest.newBuilder().setObject(secret).build());

      KvStore.Entry entry =
          Objects.requireNonNull(api.store.get("/capstan/v1/secrets/default/login").entry());
      assertThat(new String(entry.value(), StandardCharsets.ISO_8859_1))
          .doesNotContain("hunter2", "password");
      Secret read = api.secrets().get(Api.get("default", "login"));
      assertThat(read.getDataOrThrow("password"))
          .isEqualTo(ByteString.copyFromUtf8("hunter2-hunter2"));
      assertThat(read.getStringDataMap()).isEmpty();
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("encryption.key"))))
        .isEqualTo("rw-------");
  }
}
