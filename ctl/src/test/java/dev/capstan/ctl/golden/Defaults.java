package dev.capstan.ctl.golden;

import com.google.protobuf.Message;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.PodSpec;

/** The defaults that matter to apply: fields the server adds inside lists. */
final class Defaults {

  private Defaults() {}

  static Message fill(Message object) {
    if (!(object instanceof Deployment d)) {
      return object;
    }
    Deployment.Builder b = d.toBuilder();
    if (!d.getSpec().hasReplicas()) {
      b.getSpecBuilder().setReplicas(1);
    }
    PodSpec.Builder pod = b.getSpecBuilder().getTemplateBuilder().getSpecBuilder();
    pod.setRestartPolicy("Always");
    for (Container.Builder c : pod.getContainersBuilderList()) {
      if (c.getImagePullPolicy().isEmpty()) {
        c.setImagePullPolicy("IfNotPresent");
      }
      for (ContainerPort.Builder p : c.getPortsBuilderList()) {
        p.setProtocol("TCP");
      }
    }
    return b.build();
  }
}
