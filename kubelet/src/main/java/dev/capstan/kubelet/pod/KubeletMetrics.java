package dev.capstan.kubelet.pod;

import java.time.Duration;

/** What a kubelet counts. */
public interface KubeletMetrics {

  /** Counts nothing. */
  KubeletMetrics NONE =
      new KubeletMetrics() {
        @Override
        public void restarted() {}

        @Override
        public void podStarted(Duration latency) {}

        @Override
        public void runtimeCall(String operation, boolean failed, Duration latency) {}
      };

  /** A container was started again. */
  void restarted();

  /** A pod's container runs for the first time, so long after the kubelet first saw the pod. */
  void podStarted(Duration latency);

  /** A call to the engine ended. */
  void runtimeCall(String operation, boolean failed, Duration latency);
}
