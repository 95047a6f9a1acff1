package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.TimedCalls;
import java.time.Duration;
import java.util.Optional;

/** Sees to it that a pod's image is there, as its pull policy says. */
final class ImageSteps {

  /** How long ErrImagePull is shown before ImagePullBackOff takes its place. */
  private static final Duration SHOW_ERROR = Duration.ofSeconds(2);

  /** No pull takes longer. */
  private static final Duration PULL_LIMIT = Duration.ofMinutes(30);

  private static final Duration LOOK_FOR_DELETION = Duration.ofSeconds(1);

  private final PodEnvironment env;
  private final PodInbox inbox;
  private final PodReport report;
  private final Streak inspecting;

  ImageSteps(PodEnvironment env, PodInbox inbox, PodReport report) {
    this.env = env;
    this.inbox = inbox;
    this.report = report;
    this.inspecting = new Streak(Retries.LONG, env.seam().clock());
  }

  /** Returns when the image is there. */
  void ensure() throws InterruptedException, Going, RuntimeFault {
    int failures = 0;
    while (true) {
      Pod pod = inbox.pod();
      Container container = pod.getSpec().getContainers(0);
      report.container().wants(container.getImage());
      String problem = ImageNames.problem(container.getImage());
      if (!problem.isEmpty()) {
        invalidName(problem);
        inbox.pause(Retries.WAITING.pause(++failures));
        continue;
      }
      String policy = policy(container);
      Optional<Boolean> present = look(container.getImage());
      if (present.isEmpty()) {
        continue; // Another image may be wanted by now.
      }
      if (present.get() && !policy.equals("Always")) {
        env.api().event(pod, false, "Pulled", alreadyThere(container));
        return;
      }
      if (policy.equals("Never")) {
        neverPull(container);
        inbox.pause(Retries.WAITING.pause(++failures));
      } else if (pull(pod, container, ++failures)) {
        return;
      }
    }
  }

  /** Whether an image is there; empty, after a pause, if the engine cannot tell. */
  private Optional<Boolean> look(String image) throws InterruptedException, Going, RuntimeFault {
    try {
      return Optional.of(env.runtime().hasImage(image));
    } catch (RuntimeFault e) {
      if (e.kind() == RuntimeFault.Kind.UNAVAILABLE) {
        throw e;
      }
      String message = "Failed to inspect image \"" + image + "\": " + e.words();
      env.api().event(inbox.pod(), true, "InspectFailed", message);
      report.container().waiting("ImageInspectError", message);
      report.publish();
      inbox.pauseRetry(inspecting.next());
      return Optional.empty();
    }
  }

  private static String policy(Container container) {
    if (!container.getImagePullPolicy().isEmpty()) {
      return container.getImagePullPolicy();
    }
    String image = container.getImage();
    int slash = image.lastIndexOf('/');
    boolean tagged = image.indexOf(':', slash + 1) >= 0 || image.contains("@");
    return !tagged || image.endsWith(":latest") ? "Always" : "IfNotPresent";
  }

  private static String alreadyThere(Container container) {
    return "Container image \"" + container.getImage() + "\" already present on machine";
  }

  private void invalidName(String problem) {
    String message = "Failed to apply default image tag: " + problem;
    env.api().event(inbox.pod(), true, "InspectFailed", message);
    report.container().waiting("InvalidImageName", message);
    report.publish();
  }

  private void neverPull(Container container) {
    String message =
        "Container image \"" + container.getImage() + "\" is not present with pull policy of Never";
    env.api().event(inbox.pod(), true, "ErrImageNeverPull", message);
    report.container().waiting("ErrImageNeverPull", message);
    report.publish();
  }

  private boolean pull(Pod pod, Container container, int failures)
      throws InterruptedException, Going, RuntimeFault {
    String image = container.getImage();
    env.api().event(pod, false, "Pulling", "Pulling image \"" + image + "\"");
    try {
      pullUntilGoing(image);
      env.api().event(pod, false, "Pulled", "Successfully pulled image \"" + image + "\"");
      return true;
    } catch (RuntimeFault e) {
      if (e.kind() == RuntimeFault.Kind.UNAVAILABLE) {
        throw e;
      }
      showFailure(image, e.words(), failures);
      return false;
    }
  }

  /** A pull may take long; a pod that is deleted meanwhile does not wait for it. */
  private void pullUntilGoing(String image) throws InterruptedException, Going, RuntimeFault {
    TimedCalls timed = new TimedCalls(env.seam());
    TimedCalls.Outcome<Boolean> outcome =
        timed.call(
            "pull",
            PULL_LIMIT,
            LOOK_FOR_DELETION,
            inbox::check,
            () -> {
              env.runtime().pull(image);
              return true;
            });
    switch (outcome) {
      case TimedCalls.Returned<Boolean>(Boolean done) -> inbox.check();
      case TimedCalls.Threw<Boolean>(RuntimeFault fault) -> throw fault;
      case TimedCalls.Threw<Boolean>(Throwable e) ->
          throw new RuntimeFault(RuntimeFault.Kind.PULL_FAILED, String.valueOf(e.getMessage()), e);
      case TimedCalls.TimedOut<Boolean>() ->
          throw new RuntimeFault(
              RuntimeFault.Kind.PULL_FAILED, "not there after " + PULL_LIMIT.toMinutes() + " min");
    }
  }

  private void showFailure(String image, String words, int failures)
      throws InterruptedException, Going {
    Pod pod = inbox.pod();
    String message = "Failed to pull image \"" + image + "\": " + words;
    env.api().event(pod, true, "Failed", message);
    report.container().waiting("ErrImagePull", words);
    report.publish();
    inbox.pause(SHOW_ERROR);
    String backOff = "Back-off pulling image \"" + image + "\"";
    env.api().event(pod, false, "BackOff", backOff);
    report.container().waiting("ImagePullBackOff", backOff + ": " + words);
    report.publish();
    inbox.pause(Retries.LONG.pause(failures).minus(SHOW_ERROR));
  }
}
