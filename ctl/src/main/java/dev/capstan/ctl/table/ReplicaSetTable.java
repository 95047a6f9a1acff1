package dev.capstan.ctl.table;

import com.google.protobuf.Message;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ReplicaSet;
import java.time.Instant;
import java.util.List;

/** ReplicaSets. */
final class ReplicaSetTable implements KindTable {

  @Override
  public List<String> headings() {
    return List.of(
        "NAME", "DESIRED", "CURRENT", "READY", "AGE", "CONTAINERS", "IMAGES", "SELECTOR");
  }

  @Override
  public int narrow() {
    return 5;
  }

  @Override
  public List<String> row(Message object, Instant now) {
    ReplicaSet rs = (ReplicaSet) object;
    List<Container> containers = rs.getSpec().getTemplate().getSpec().getContainersList();
    return List.of(
        rs.getMetadata().getName(),
        Integer.toString(rs.getSpec().hasReplicas() ? rs.getSpec().getReplicas() : 1),
        Integer.toString(rs.getStatus().getReplicas()),
        Integer.toString(rs.getStatus().getReadyReplicas()),
        Cells.age(rs.getMetadata(), now),
        Cells.names(containers),
        Cells.images(containers),
        Cells.selector(rs.getSpec().getSelector()));
  }
}
