package dev.capstan.ctl.describe;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.ctl.table.Cells;
import java.util.Map;

/** A replica set. */
final class ReplicaSetText {

  private ReplicaSetText() {}

  static void describe(Sheet sheet, ReplicaSet rs) {
    ObjectMeta meta = rs.getMetadata();
    sheet.put(0, "Name", meta.getName());
    sheet.put(0, "Namespace", meta.getNamespace());
    sheet.put(0, "Selector", Cells.selector(rs.getSpec().getSelector()));
    sheet.map(0, "Labels", meta.getLabelsMap(), "=");
    sheet.map(0, "Annotations", meta.getAnnotationsMap(), ": ");
    for (OwnerReference owner : meta.getOwnerReferencesList()) {
      if (owner.getController()) {
        sheet.put(0, "Controlled By", owner.getKind() + "/" + owner.getName());
      }
    }
    int wanted = rs.getSpec().hasReplicas() ? rs.getSpec().getReplicas() : 1;
    sheet.put(0, "Replicas", rs.getStatus().getReplicas() + " current / " + wanted + " desired");
    sheet.put(
        0,
        "Pods Status",
        rs.getStatus().getReadyReplicas()
            + " Ready / "
            + (rs.getStatus().getReplicas() - rs.getStatus().getReadyReplicas())
            + " Not Ready");
    TemplateText.describe(sheet, rs.getSpec().getTemplate(), Map.of());
    DeploymentText.conditions(sheet, rs.getStatus().getConditionsList());
  }
}
