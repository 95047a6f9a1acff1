package dev.capstan.kinds;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.v1.DeploymentStrategy;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.RollingUpdateDeployment;

/** How a Deployment may be rolled out: DeploymentSpec.strategy. */
final class DeploymentStrategyRules {

  static final String ROLLING_UPDATE = "RollingUpdate";
  private static final IntOrString QUARTER = IntOrStrings.of("25%");

  private DeploymentStrategyRules() {}

  static DeploymentStrategy defaulted(DeploymentStrategy strategy) {
    DeploymentStrategy.Builder result = strategy.toBuilder();
    if (result.getType().isEmpty()) {
      result.setType(ROLLING_UPDATE);
    }
    if (result.getType().equals(ROLLING_UPDATE)) {
      RollingUpdateDeployment.Builder rolling = result.getRollingUpdateBuilder();
      if (!rolling.hasMaxSurge()) {
        rolling.setMaxSurge(QUARTER);
      }
      if (!rolling.hasMaxUnavailable()) {
        rolling.setMaxUnavailable(QUARTER);
      }
    }
    return result.build();
  }

  static void validate(DeploymentStrategy strategy, Violations at) {
    if (strategy.getType().equals("Recreate")) {
      at.at("rollingUpdate")
          .check(!strategy.hasRollingUpdate(), "must be unset when type is Recreate");
    } else if (strategy.getType().equals(ROLLING_UPDATE)) {
      rolling(strategy.getRollingUpdate(), at.at("rollingUpdate"));
    }
  }

  private static void rolling(RollingUpdateDeployment rolling, Violations at) {
    boolean unavailable = bound(rolling.getMaxUnavailable(), true, at.at("maxUnavailable"));
    boolean surge = bound(rolling.getMaxSurge(), false, at.at("maxSurge"));
    if (unavailable
        && surge
        && isZero(rolling.getMaxUnavailable())
        && isZero(rolling.getMaxSurge())) {
      at.at("maxUnavailable").add("must not be 0 when maxSurge is 0");
    }
  }

  private static boolean isZero(IntOrString value) {
    return value.hasIntValue() ? value.getIntValue() == 0 : IntOrStrings.percent(value) == 0;
  }

  /** Returns true if the value could be read. */
  private static boolean bound(IntOrString value, boolean upToAll, Violations at) {
    if (value.hasIntValue()) {
      at.range(value.getIntValue(), 0, WorkloadRules.MOST_REPLICAS);
      return value.getIntValue() >= 0;
    }
    try {
      int percent = IntOrStrings.percent(value);
      at.check(!upToAll || percent <= 100, "must be at most 100%");
      return true;
    } catch (IllegalArgumentException e) {
      at.add(
          "must be a whole number or a percentage such as 25%, not "
              + Violations.quote(value.getStringValue()));
      return false;
    }
  }
}
