package dev.capstan.ctl.table;

import com.google.protobuf.Message;
import dev.capstan.api.v1.Pod;
import java.time.Instant;
import java.util.List;

/** Pods. */
final class PodTable implements KindTable {

  @Override
  public List<String> headings() {
    return List.of(
        "NAME",
        "READY",
        "STATUS",
        "RESTARTS",
        "AGE",
        "IP",
        "NODE",
        "NOMINATED NODE",
        "READINESS GATES");
  }

  @Override
  public int narrow() {
    return 5;
  }

  @Override
  public List<String> row(Message object, Instant now) {
    Pod pod = (Pod) object;
    return List.of(
        pod.getMetadata().getName(),
        PodWords.ready(pod) + "/" + pod.getSpec().getContainersCount(),
        PodWords.status(pod),
        PodWords.restarts(pod, now),
        Cells.age(pod.getMetadata(), now),
        Cells.orNone(pod.getStatus().getPodIp()),
        Cells.orNone(pod.getSpec().getNodeName()),
        "<none>",
        "<none>");
  }
}
