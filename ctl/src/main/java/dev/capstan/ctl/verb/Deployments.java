package dev.capstan.ctl.verb;

import dev.capstan.api.v1.Deployment;
import dev.capstan.client.ApiException;
import dev.capstan.client.Resource;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.cluster.Target;
import java.util.List;
import java.util.function.UnaryOperator;

/** Reading and changing deployments by name. */
final class Deployments {

  private static final int ATTEMPTS = 10;

  /** The outcome of an edit: the object, and whether anything was written. */
  record Edited(Deployment deployment, boolean changed) {}

  private Deployments() {}

  static Resource<Deployment> of(Cli cli) {
    return cli.api().deployments().namespace(cli.namespace());
  }

  /** Reads {@code deployment/web}, {@code deployment web} or, if {@code bare}, {@code web}. */
  static String name(Cli cli, List<String> words, boolean bare) {
    if (bare && words.size() == 1 && !words.getFirst().contains("/")) {
      return words.getFirst();
    }
    if (words.isEmpty()) {
      throw CliException.error("required resource not specified, such as deployment/web");
    }
    List<Target> targets = Target.parse(cli.kinds(), words);
    Target target = targets.getFirst();
    if (targets.size() != 1 || target.name().isEmpty()) {
      throw CliException.error("name one deployment, such as deployment/web");
    }
    if (!target.kind().name().equals("Deployment")) {
      throw CliException.error(
          target.kind().plural()
              + " \""
              + target.name()
              + "\" has no rollout: only deployments have");
    }
    return target.name();
  }

  /** Reads, changes and writes, again if somebody was faster. */
  static Edited edit(
      Resource<Deployment> deployments, String name, UnaryOperator<Deployment> change)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      Deployment live = deployments.get(name);
      Deployment wanted = change.apply(live);
      if (wanted.equals(live)) {
        return new Edited(live, false);
      }
      try {
        return new Edited(deployments.update(wanted), true);
      } catch (ApiException.Conflict e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
