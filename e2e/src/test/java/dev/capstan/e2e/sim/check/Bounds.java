package dev.capstan.e2e.sim.check;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.RollingUpdateDeployment;

/**
 * What one spec of a deployment allows; written down once more on purpose.
 *
 * @param most pods that are neither terminal nor going
 * @param least available pods
 * @param recreate old pods are all gone before the first new one comes
 */
record Bounds(int most, int least, boolean recreate) {

  private static final IntOrString DEFAULT = IntOrStrings.of("25%");

  static Bounds of(Deployment deployment) {
    int replicas = Owners.wanted(deployment);
    if (deployment.getSpec().getStrategy().getType().equals("Recreate")) {
      return new Bounds(replicas, 0, true);
    }
    RollingUpdateDeployment rolling = deployment.getSpec().getStrategy().getRollingUpdate();
    IntOrString surge = rolling.hasMaxSurge() ? rolling.getMaxSurge() : DEFAULT;
    IntOrString missing = rolling.hasMaxUnavailable() ? rolling.getMaxUnavailable() : DEFAULT;
    int more = IntOrStrings.scaled(surge, replicas, true);
    int fewer = IntOrStrings.scaled(missing, replicas, false);
    if (more == 0 && fewer == 0) {
      fewer = 1;
    }
    return new Bounds(replicas + more, Math.max(0, replicas - fewer), false);
  }
}
