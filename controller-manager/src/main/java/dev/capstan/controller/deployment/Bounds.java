package dev.capstan.controller.deployment;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentSpec;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.RollingUpdateDeployment;

/**
 * The numbers a rollout keeps to.
 *
 * @param replicas wanted pods
 * @param maxSurge pods that may be added on top (percentages rounded up)
 * @param maxUnavailable pods that may be missing (percentages rounded down)
 */
record Bounds(int replicas, int maxSurge, int maxUnavailable) {

  private static final IntOrString DEFAULT = IntOrStrings.of("25%");

  static Bounds of(Deployment deployment) {
    DeploymentSpec spec = deployment.getSpec();
    int replicas = spec.hasReplicas() ? spec.getReplicas() : 1;
    if (!isRolling(deployment) || replicas == 0) {
      return new Bounds(replicas, 0, 0);
    }
    RollingUpdateDeployment rolling = spec.getStrategy().getRollingUpdate();
    int surge =
        IntOrStrings.scaled(
            rolling.hasMaxSurge() ? rolling.getMaxSurge() : DEFAULT, replicas, true);
    int unavailable =
        IntOrStrings.scaled(
            rolling.hasMaxUnavailable() ? rolling.getMaxUnavailable() : DEFAULT, replicas, false);
    if (surge == 0 && unavailable == 0) {
      unavailable = 1; // Nothing could move. Both percentages can come to zero by rounding.
    }
    return new Bounds(replicas, surge, Math.min(unavailable, replicas));
  }

  static boolean isRolling(Deployment deployment) {
    return !deployment.getSpec().getStrategy().getType().equals("Recreate");
  }

  /** Most pods there may be. */
  int maxTotal() {
    return replicas + maxSurge;
  }

  /** Fewest pods that must be available. */
  int minAvailable() {
    return replicas - maxUnavailable;
  }
}
