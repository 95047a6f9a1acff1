package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Secret;
import java.util.List;
import java.util.Optional;

/** What the life of a pod needs of the API server. Every read is consistent, never from a cache. */
public interface PodApi {

  /** The pod of that name, whatever its uid; empty if there is none. */
  Optional<Pod> find(String namespace, String name) throws ApiFault, InterruptedException;

  /** A config map; empty if there is none. */
  Optional<ConfigMap> configMap(String namespace, String name)
      throws ApiFault, InterruptedException;

  /** A secret; empty if there is none. */
  Optional<Secret> secret(String namespace, String name) throws ApiFault, InterruptedException;

  /**
   * Replaces statuses, each only if the stored pod has the given uid and resourceVersion.
   *
   * @return one answer per pod, in order
   */
  List<StatusWrite> writeStatuses(List<Pod> pods) throws InterruptedException;

  /**
   * Removes the pod of that uid for good, now that nothing of it is left; does nothing if it is
   * gone.
   */
  void delete(String namespace, String name, String uid) throws ApiFault, InterruptedException;

  /** Identity of the cluster the server speaks for. */
  String clusterId() throws ApiFault, InterruptedException;

  /** Tells people; may be lost, never blocks. */
  void event(Pod pod, boolean warning, String reason, String message);

  /** What became of a status. */
  sealed interface StatusWrite {

    /** Stored, with this version. */
    record Written(String resourceVersion) implements StatusWrite {}

    /** The pod has changed meanwhile. */
    record Stale() implements StatusWrite {}

    /** The pod of that uid is gone. */
    record Gone() implements StatusWrite {}

    /** Not known or not possible now. */
    record Failed(String message) implements StatusWrite {}
  }

  /** The API server could not be asked. */
  final class ApiFault extends Exception {
    private static final long serialVersionUID = 1L;

    public ApiFault(String message) {
      super(message);
    }

    /** What went wrong, in one line. */
    public String words() {
      return String.valueOf(getMessage());
    }
  }
}
