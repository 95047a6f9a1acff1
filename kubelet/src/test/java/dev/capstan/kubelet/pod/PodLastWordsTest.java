package dev.capstan.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Pod;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Termination messages, on a simulated engine. */
class PodLastWordsTest {

  private static Pod ending(String policy, String message, int exitCode) {
    Pod.Builder pod = Pods.ordered("a", "run-for", "1s");
    pod.getMetadataBuilder()
        .putAnnotations("capstan.dev/simulate-message", message)
        .putAnnotations("capstan.dev/simulate-exit-code", Integer.toString(exitCode));
    pod.getSpecBuilder().setRestartPolicy("Never");
    return Pods.with(
        pod,
        c ->
            c.setTerminationMessagePath("/dev/termination-log")
                .setTerminationMessagePolicy(policy));
  }

  private static String messageOf(Pod pod) {
    String[] message = new String[1];
    TestNode.on(node -> {
      node.api.put(pod);
      node.until("a", "ends", s -> PodStatuses.isFinal(s.getPhase()));
      message[0] = node.container("a").getState().getTerminated().getMessage();
    });
    return message[0];
  }

  @Test
  void theFilesTextIsTheMessage() {
    assertThat(messageOf(ending("File", "out of cheese", 1))).isEqualTo("out of cheese");
    assertThat(messageOf(ending("FallbackToLogsOnError", "done", 0))).isEqualTo("done");
    assertThat(messageOf(ending("File", "", 1))).isEmpty();
  }

  @Test
  void theEndOfTheLogTakesItsPlaceAfterAnError() {
    Pattern log = Pattern.compile("started localhost/capstan/hello:1 as a\nended with code 1\n");
    assertThat(messageOf(ending("FallbackToLogsOnError", "", 1))).matches(log);
    assertThat(messageOf(ending("FallbackToLogsOnError", "own words", 1))).isEqualTo("own words");
    assertThat(messageOf(ending("FallbackToLogsOnError", "", 0))).isEmpty();
  }
}
