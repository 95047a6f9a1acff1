package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.node.Admission;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Looks at the names from which names on the engine are made. The API server checks them; a kubelet
 * does not rely on it.
 */
final class Names {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");
  private static final Pattern UID = Pattern.compile("[-a-zA-Z0-9]{1,64}");

  private Names() {}

  /** Why the pod cannot be run under these names; empty if it can. */
  static Optional<Admission.Refusal> refuse(Pod pod) {
    boolean good =
        NAME.matcher(pod.getMetadata().getName()).matches()
            && NAME.matcher(pod.getMetadata().getNamespace()).matches()
            && UID.matcher(pod.getMetadata().getUid()).matches()
            && NAME.matcher(pod.getSpec().getContainers(0).getName()).matches();
    return good
        ? Optional.empty()
        : Optional.of(
            new Admission.Refusal(
                "InvalidName", "Pod was rejected: a name has characters that names cannot have"));
  }
}
