package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Container;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ContainerView.State;
import dev.capstan.kubelet.runtime.NodeIdentity;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what Docker says of containers; decides what is ours. */
final class DockerViews {

  private DockerViews() {}

  /** The container as a list shows it; empty if it is not ours. */
  static Optional<ContainerSummary> summary(NodeIdentity node, Container container) {
    Map<String, String> labels = container.getLabels();
    if (labels == null || !DockerLabels.isOurs(node, labels)) {
      return Optional.empty();
    }
    String[] names = container.getNames();
    String state = String.valueOf(container.getState());
    return DockerLabels.ref(labels)
        .map(ref ->
            new ContainerSummary(
                container.getId(),
                ref,
                state.equals("running") || state.equals("paused"),
                !hasName(names, ref),
                labels.getOrDefault(DockerLabels.ADDRESS, "")));
  }

  private static boolean hasName(String @Nullable [] names, ContainerRef ref) {
    if (names != null) {
      for (String name : names) {
        if (name.equals("/" + ref.name())) {
          return true;
        }
      }
    }
    return false;
  }

  /** The container in full; empty if labels and name do not agree that it is ours. */
  static Optional<ContainerView> view(NodeIdentity node, InspectContainerResponse response) {
    Map<String, String> labels =
        response.getConfig() == null ? null : response.getConfig().getLabels();
    if (labels == null || !DockerLabels.isOurs(node, labels)) {
      return Optional.empty();
    }
    return DockerLabels.ref(labels)
        .filter(ref -> response.getName().equals("/" + ref.name()))
        .map(ref -> view(ref, labels, response));
  }

  /** A container that has just been made of this. Its image's id was not told. */
  static ContainerView made(String id, ContainerSpec spec) {
    return new ContainerView(
        id,
        spec.ref(),
        State.CREATED,
        spec.specDigest(),
        spec.restartStep(),
        spec.address(),
        spec.image(),
        "",
        null,
        null,
        0,
        false,
        "");
  }

  /** The first process of a running container; 0 if it has none. */
  static long pid(InspectContainerResponse response) {
    Long pid = response.getState().getPidLong();
    return pid == null ? 0 : pid;
  }

  private static ContainerView view(
      ContainerRef ref, Map<String, String> labels, InspectContainerResponse response) {
    ContainerState state = response.getState();
    String image = response.getConfig().getImage();
    return new ContainerView(
        response.getId(),
        ref,
        state(state),
        labels.getOrDefault(DockerLabels.SPEC_DIGEST, ""),
        DockerLabels.number(labels, DockerLabels.RESTART_STEP),
        labels.getOrDefault(DockerLabels.ADDRESS, ""),
        image == null ? "" : image,
        String.valueOf(response.getImageId()),
        time(state.getStartedAt()),
        time(state.getFinishedAt()),
        state.getExitCodeLong() == null ? 0 : state.getExitCodeLong().intValue(),
        Boolean.TRUE.equals(state.getOOMKilled()),
        state.getError() == null ? "" : state.getError().strip());
  }

  /**
   * A container whose command could not be run stays "created" for Docker, with an exit code and an
   * error. A taken port leaves the same trace with the code 128: that one may be started again.
   */
  private static State state(ContainerState state) {
    if (Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getRestarting())) {
      return State.RUNNING;
    }
    boolean created = "created".equals(state.getStatus());
    long code = state.getExitCodeLong() == null ? 0 : state.getExitCodeLong();
    return created && (code == 0 || code == 128) ? State.CREATED : State.ENDED;
  }

  private static @Nullable Instant time(@Nullable String text) {
    if (text == null || text.isEmpty() || text.startsWith("0001-")) {
      return null;
    }
    return OffsetDateTime.parse(text).toInstant();
  }
}
