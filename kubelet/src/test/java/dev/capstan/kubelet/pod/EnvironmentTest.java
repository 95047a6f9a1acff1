package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.EnvVar;
import dev.capstan.api.v1.EnvVarSource;
import dev.capstan.api.v1.FieldSelectorRef;
import dev.capstan.api.v1.KeySelector;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The environment of a container. */
class EnvironmentTest {

  private final FakePodApi api = new FakePodApi();

  private Environment resolve(EnvVar... variables) throws Exception {
    Pod.Builder pod = Pods.pod("a");
    pod.getMetadataBuilder().putLabels("app.kubernetes.io/name", "shop");
    Container container = Container.newBuilder().addAllEnv(List.of(variables)).build();
    return Environment.of(api, pod.build(), container, "10.88.0.2", "192.0.2.7");
  }

  private static EnvVar value(String name, String value) {
    return EnvVar.newBuilder().setName(name).setValue(value).build();
  }

  private static EnvVar field(String name, String path) {
    return EnvVar.newBuilder()
        .setName(name)
        .setValueFrom(
            EnvVarSource.newBuilder().setFieldRef(FieldSelectorRef.newBuilder().setFieldPath(path)))
        .build();
  }

  private static EnvVar secret(String name, String key, boolean optional) {
    return EnvVar.newBuilder()
        .setName(name)
        .setValueFrom(
            EnvVarSource.newBuilder()
                .setSecretKeyRef(
                    KeySelector.newBuilder().setName("keys").setKey(key).setOptional(optional)))
        .build();
  }

  @Test
  void laterVariablesReferToEarlierOnes() throws Exception {
    Environment env = resolve(value("A", "1"), value("B", "$(A)$(A) $(NONE) $$(A) 5$"));
    assertThat(env.variables()).containsExactly("A=1", "B=11 $(NONE) $(A) 5$");
    assertThat(env.expand(List.of("$(B)", "plain"))).containsExactly("11 $(NONE) $(A) 5$", "plain");
  }

  @Test
  void fieldsOfThePod() throws Exception {
    assertThat(
            resolve(
                    field("NAME", "metadata.name"),
                    field("IP", "status.podIP"),
                    field("HOST", "status.hostIP"),
                    field("APP", "metadata.labels['app.kubernetes.io/name']"))
                .variables())
        .containsExactly("NAME=a", "IP=10.88.0.2", "HOST=192.0.2.7", "APP=shop");
  }

  @Test
  void secretsAndWhatIsMissingOfThem() throws Exception {
    assertThatThrownBy(() -> resolve(secret("K", "key", false)))
        .hasMessage("secret \"keys\" not found");
    assertThat(resolve(secret("K", "key", true)).variables()).isEmpty();
    api.secrets.put(
        "keys", Secret.newBuilder().putData("key", ByteString.copyFromUtf8("s3cret")).build());
    assertThat(resolve(secret("K", "key", false)).variables()).containsExactly("K=s3cret");
    assertThatThrownBy(() -> resolve(secret("K", "other", false)))
        .hasMessage("couldn't find key other in Secret default/keys");
  }
}
