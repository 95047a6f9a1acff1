package dev.capstan.kubelet.pod;

import static dev.capstan.kubelet.pod.TestNode.on;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** References that name an image, and those that cannot. */
class ImageNamesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nginx",
        "nginx:1.27",
        "library/nginx",
        "localhost/capstan/hello:1",
        "Registry.Example.com:5000/team/web_app--x:V1.0_rc-1",
        "[fd00::1]:5000/web",
        "web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "web:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      })
  void theseNameAnImage(String image) {
    assertThat(ImageNames.problem(image)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web:",
        "/web",
        "web/",
        "a..b",
        "web@sha256:short",
        "-web",
        "web:-x",
        "http://web"
      })
  void theseDoNot(String image) {
    assertThat(ImageNames.problem(image)).endsWith("\": invalid reference format");
  }

  @Test
  void anUpperCaseNameIsInvalidAndSaysWhy() {
    on(node -> {
      node.api.put(Pods.with(Pods.pod("a"), container -> container.setImage("Nginx:1")));
      node.until("a", "waits", s -> TestNode.waits(TestNode.first(s), "InvalidImageName"));
      assertThat(node.container("a").getState().getWaiting().getMessage())
          .isEqualTo(
              "Failed to apply default image tag: couldn't parse image name \"Nginx:1\":"
                  + " invalid reference format: repository name must be lowercase");
      assertThat(node.api.events).anyMatch(event -> event.startsWith("InspectFailed: "));
      node.api.put(
          Pods.with(
              node.api.get("a").toBuilder(),
              container -> container.setImage("localhost/capstan/hello:1")));
      node.untilReady("a");
    });
  }
}
