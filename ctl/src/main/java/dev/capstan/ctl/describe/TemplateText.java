package dev.capstan.ctl.describe;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.PodTemplateSpec;
import java.util.Map;
import java.util.TreeMap;

/** A pod template. */
public final class TemplateText {

  private TemplateText() {}

  /** The template of a revision and why it was made. */
  public static String of(PodTemplateSpec template, String cause) {
    Sheet sheet = new Sheet();
    Map<String, String> notes = new TreeMap<>(template.getMetadata().getAnnotationsMap());
    if (!cause.equals("<none>")) {
      notes.put(WellKnown.ANNOTATION_CHANGE_CAUSE, cause);
    }
    describe(sheet, template, notes);
    return sheet.toString();
  }

  static void describe(Sheet sheet, PodTemplateSpec template, Map<String, String> annotations) {
    sheet.head(0, "Pod Template");
    sheet.map(1, "Labels", template.getMetadata().getLabelsMap(), "=");
    if (!annotations.isEmpty()) {
      sheet.map(1, "Annotations", annotations, ": ");
    }
    sheet.head(1, "Containers");
    for (Container c : template.getSpec().getContainersList()) {
      sheet.head(2, c.getName());
      sheet.put(3, "Image", c.getImage());
      ContainerText.ports(sheet, 3, c);
      ContainerText.words(sheet, 3, "Command", c.getCommandList());
      ContainerText.words(sheet, 3, "Args", c.getArgsList());
      ContainerText.quantities(sheet, 3, "Limits", c.getResources().getLimitsMap());
      ContainerText.quantities(sheet, 3, "Requests", c.getResources().getRequestsMap());
      ContainerText.probes(sheet, 3, c);
      ContainerText.environment(sheet, 3, c);
      sheet.put(3, "Mounts", "<none>");
    }
    sheet.put(1, "Volumes", "<none>");
    sheet.map(1, "Node-Selectors", template.getSpec().getNodeSelectorMap(), "=");
  }
}
