package dev.capstan.ctl.describe;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.LabelSelectors;
import dev.capstan.api.NamedInputs;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.RollingUpdateDeployment;
import dev.capstan.client.ListOptions;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.rollout.Progress;
import dev.capstan.ctl.table.Cells;
import java.util.ArrayList;
import java.util.List;

/** A deployment, in the order of kubectl. */
record DeploymentText(Cli cli) {

  void describe(Sheet sheet, Deployment d) throws InterruptedException {
    ObjectMeta meta = d.getMetadata();
    sheet.put(0, "Name", meta.getName());
    sheet.put(0, "Namespace", meta.getNamespace());
    sheet.put(0, "CreationTimestamp", Sheet.time(meta.getCreationTimestamp()));
    sheet.map(0, "Labels", meta.getLabelsMap(), "=");
    sheet.map(0, "Annotations", meta.getAnnotationsMap(), ": ");
    sheet.put(0, "Selector", Cells.selector(d.getSpec().getSelector()));
    sheet.put(0, "Replicas", replicas(d));
    String type = d.getSpec().getStrategy().getType();
    sheet.put(0, "StrategyType", type.isEmpty() ? "RollingUpdate" : type);
    sheet.put(0, "MinReadySeconds", d.getSpec().getMinReadySeconds());
    if (!type.equals("Recreate")) {
      RollingUpdateDeployment r = d.getSpec().getStrategy().getRollingUpdate();
      sheet.put(
          0,
          "RollingUpdateStrategy",
          bound(r.getMaxUnavailable())
              + " max unavailable, "
              + bound(r.getMaxSurge())
              + " max surge");
    }
    if (d.getSpec().getPaused()) {
      sheet.put(0, "Paused", "true (rollout resume goes on)");
    }
    TemplateText.describe(
        sheet,
        d.getSpec().getTemplate(),
        d.getSpec().getTemplate().getMetadata().getAnnotationsMap());
    conditions(sheet, d.getStatus().getConditionsList());
    replicaSets(sheet, d);
  }

  private static String bound(IntOrString value) {
    String text = IntOrStrings.text(value);
    return text.isEmpty() ? "25%" : text;
  }

  private static String replicas(Deployment d) {
    DeploymentStatus s = d.getStatus();
    return Progress.replicas(d)
        + " desired | "
        + s.getUpdatedReplicas()
        + " updated | "
        + s.getReplicas()
        + " total | "
        + s.getAvailableReplicas()
        + " available | "
        + s.getUnavailableReplicas()
        + " unavailable";
  }

  static void conditions(Sheet sheet, List<Condition> conditions) {
    if (conditions.isEmpty()) {
      return;
    }
    sheet.head(0, "Conditions");
    sheet.row(1, "Type", "Status", "Reason", "Message");
    sheet.row(1, "----", "------", "------", "-------");
    for (Condition c : conditions) {
      sheet.row(1, c.getType(), c.getStatus(), c.getReason(), c.getMessage().strip());
    }
  }

  private void replicaSets(Sheet sheet, Deployment d) throws InterruptedException {
    List<String> old = new ArrayList<>();
    List<String> current = new ArrayList<>();
    ListOptions options = ListOptions.labels(LabelSelectors.print(d.getSpec().getSelector()));
    for (ReplicaSet rs :
        cli.api().replicaSets().namespace(d.getMetadata().getNamespace()).list(options).items()) {
      boolean own =
          rs.getMetadata().getOwnerReferencesList().stream()
              .anyMatch(o -> o.getUid().equals(d.getMetadata().getUid()));
      if (own) {
        boolean fresh = plain(rs.getSpec().getTemplate()).equals(plain(d.getSpec().getTemplate()));
        (fresh ? current : old).add(text(rs));
      }
    }
    sheet.put(0, "OldReplicaSets", old.isEmpty() ? "<none>" : String.join(", ", old));
    sheet.put(0, "NewReplicaSet", current.isEmpty() ? "<none>" : String.join(", ", current));
  }

  private static PodTemplateSpec plain(PodTemplateSpec template) {
    PodTemplateSpec.Builder b = template.toBuilder();
    b.getMetadataBuilder().removeLabels(WellKnown.LABEL_POD_TEMPLATE_HASH);
    return NamedInputs.of(b.build());
  }

  private static String text(ReplicaSet rs) {
    int wanted = rs.getSpec().hasReplicas() ? rs.getSpec().getReplicas() : 1;
    return rs.getMetadata().getName()
        + " ("
        + rs.getStatus().getReplicas()
        + "/"
        + wanted
        + " replicas created)";
  }
}
