package dev.capstan.ctl.table;

import com.google.protobuf.Message;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Deployment;
import java.time.Instant;
import java.util.List;

/** Deployments. */
final class DeploymentTable implements KindTable {

  @Override
  public List<String> headings() {
    return List.of(
        "NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE", "CONTAINERS", "IMAGES", "SELECTOR");
  }

  @Override
  public int narrow() {
    return 5;
  }

  @Override
  public List<String> row(Message object, Instant now) {
    Deployment d = (Deployment) object;
    List<Container> containers = d.getSpec().getTemplate().getSpec().getContainersList();
    return List.of(
        d.getMetadata().getName(),
        d.getStatus().getReadyReplicas() + "/" + replicas(d),
        Integer.toString(d.getStatus().getUpdatedReplicas()),
        Integer.toString(d.getStatus().getAvailableReplicas()),
        Cells.age(d.getMetadata(), now),
        Cells.names(containers),
        Cells.images(containers),
        Cells.selector(d.getSpec().getSelector()));
  }

  private static int replicas(Deployment d) {
    return d.getSpec().hasReplicas() ? d.getSpec().getReplicas() : 1;
  }
}
