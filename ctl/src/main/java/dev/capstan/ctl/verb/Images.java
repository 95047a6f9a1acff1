package dev.capstan.ctl.verb;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.ctl.CliException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Puts other images into a deployment. */
final class Images {

  private Images() {}

  /** Reads {@code web=image:2}; {@code *=image} is every container. */
  static Map<String, String> parse(List<String> words) {
    Map<String, String> images = new LinkedHashMap<>();
    for (String word : words) {
      int eq = word.indexOf('=');
      if (eq <= 0 || eq == word.length() - 1) {
        throw CliException.error(
            "write the container and its image as CONTAINER=IMAGE, not \"" + word + "\"");
      }
      images.put(word.substring(0, eq), word.substring(eq + 1));
    }
    if (images.isEmpty()) {
      throw CliException.error("at least one image update is required, such as web=image:2");
    }
    return images;
  }

  /**
   * The deployment with the images by container name; the cause is noted for the history if
   * anything changes.
   */
  static Deployment set(Deployment d, Map<String, String> images, String cause) {
    PodSpec.Builder pod = d.getSpec().getTemplate().getSpec().toBuilder();
    images.forEach((container, image) -> set(d, pod, container, image));
    if (pod.build().equals(d.getSpec().getTemplate().getSpec())) {
      return d;
    }
    Deployment.Builder changed = d.toBuilder();
    changed.getSpecBuilder().getTemplateBuilder().setSpec(pod);
    changed.getMetadataBuilder().putAnnotations(WellKnown.ANNOTATION_CHANGE_CAUSE, cause);
    return changed.build();
  }

  private static void set(Deployment d, PodSpec.Builder pod, String container, String image) {
    boolean found = false;
    for (Container.Builder c : pod.getContainersBuilderList()) {
      if (container.equals("*") || c.getName().equals(container)) {
        c.setImage(image);
        found = true;
      }
    }
    if (!found) {
      String names =
          d.getSpec().getTemplate().getSpec().getContainersList().stream()
              .map(Container::getName)
              .collect(Collectors.joining(", "));
      throw CliException.error(
          "unable to find container named \"" + container + "\" (there is: " + names + ")");
    }
  }
}
