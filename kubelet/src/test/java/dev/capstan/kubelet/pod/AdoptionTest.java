package dev.capstan.kubelet.pod;

import static dev.capstan.kubelet.pod.Pods.with;
import static dev.capstan.kubelet.pod.TestNode.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ContainerSpec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Containers that an earlier release made, and pods that a later server shows otherwise. */
class AdoptionTest {

  /** What the first release put there: a digest over the whole message. */
  private static final String FIRST_FORM = "0123456789abcdef";

  private static ContainerRuntime ofTheFirstRelease(ContainerRuntime engine) {
    return (ContainerRuntime)
        Proxy.newProxyInstance(
            ContainerRuntime.class.getClassLoader(),
            new Class<?>[] {ContainerRuntime.class},
            (proxy, method, args) -> {
              if (method.getName().equals("create")) {
                args[0] = withDigest((ContainerSpec) args[0]);
              }
              try {
                return method.invoke(engine, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static ContainerSpec withDigest(ContainerSpec spec) throws ReflectiveOperationException {
    RecordComponent[] parts = ContainerSpec.class.getRecordComponents();
    Class<?>[] types = new Class<?>[parts.length];
    Object[] values = new Object[parts.length];
    for (int i = 0; i < parts.length; i++) {
      types[i] = parts[i].getType();
      values[i] =
          parts[i].getName().equals("specDigest")
              ? FIRST_FORM
              : parts[i].getAccessor().invoke(spec);
    }
    return ContainerSpec.class.getDeclaredConstructor(types).newInstance(values);
  }

  /** Shows the pod otherwise while the kubelet is away; answers with the restarts that causes. */
  private static int restarts(TestNode node, Consumer<Container.Builder> change)
      throws InterruptedException {
    node.api.put(Pods.pod("a").build());
    node.untilReady("a");
    node.kill();
    Pod.Builder shown = node.api.get("a").toBuilder();
    node.api.put(with(shown, change::accept));
    node.start();
    node.pass(Duration.ofMinutes(1));
    assertThat(node.running("a")).hasSize(1);
    return node.container("a").getRestartCount();
  }

  private static void addDefaults(Container.Builder container) {
    container
        .setImagePullPolicy("Always")
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(4000, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                .build());
  }

  @Test
  void aFieldThatIsNewOrNewlyDefaultedRestartsNothing() {
    on(node -> assertThat(restarts(node, AdoptionTest::addDefaults)).isZero());
  }

  @Test
  void norDoesItForAContainerOfTheFirstRelease() {
    on(node -> {
      node.kill();
      node.start(AdoptionTest::ofTheFirstRelease);
      assertThat(restarts(node, AdoptionTest::addDefaults)).isZero();
      assertThat(node.api.events).noneMatch(event -> event.startsWith("Killing"));
    });
  }

  @Test
  void anImageThatChangedMeanwhileIsStarted() {
    on(node -> assertThat(restarts(node, c -> c.setImage("localhost/capstan/hello:2"))).isOne());
  }

  @Test
  void anImageThatChangedMeanwhileIsStartedAfterTheFirstReleaseToo() {
    on(node -> {
      node.kill();
      node.start(AdoptionTest::ofTheFirstRelease);
      assertThat(restarts(node, c -> c.setImage("localhost/capstan/hello:2"))).isOne();
    });
  }
}
