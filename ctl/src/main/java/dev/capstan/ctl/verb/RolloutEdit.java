package dev.capstan.ctl.verb;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.client.Resource;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** {@code rollout pause}, {@code resume} and {@code restart}. */
public record RolloutEdit(String verb) implements Command {

  /** The sub-verb of a path such as {@code rollout pause}. */
  public static RolloutEdit of(String path) {
    return new RolloutEdit(path.substring("rollout ".length()));
  }

  @Override
  public Usage usage() {
    String summary =
        switch (verb) {
          case "pause" -> "Hold changes back until rollout resume";
          case "resume" -> "Roll out what was changed since rollout pause";
          default -> "Replace all pods, a few at a time, with equal ones";
        };
    return new Usage(
        "rollout " + verb + " deployment/NAME",
        summary,
        "capstan rollout " + verb + " deployment/web",
        Usage.Args.ROLLOUTS,
        List.of());
  }

  @Override
  public int run(Cli cli) throws Exception {
    String name = Deployments.name(cli, cli.args().words(), false);
    Resource<Deployment> deployments = Deployments.of(cli);
    Instant now = cli.now();
    Deployments.Edited edited = Deployments.edit(deployments, name, d -> change(cli, d, now));
    if (!edited.changed()) {
      String state = verb.equals("pause") ? "already paused" : "not paused";
      throw CliException.error("deployments.apps \"" + name + "\" is " + state);
    }
    cli.out().println("deployment.apps/" + name + " " + done());
    return 0;
  }

  private String done() {
    return switch (verb) {
      case "pause" -> "paused";
      case "resume" -> "resumed";
      default -> "restarted";
    };
  }

  private Deployment change(Cli cli, Deployment d, Instant now) {
    Deployment.Builder b = d.toBuilder();
    switch (verb) {
      case "pause" -> b.getSpecBuilder().setPaused(true);
      case "resume" -> b.getSpecBuilder().setPaused(false);
      default -> {
        if (d.getSpec().getPaused()) {
          throw CliException.error(
              "deployments.apps \""
                  + d.getMetadata().getName()
                  + "\" can't restart paused deployment (run "
                  + cli.hint("rollout resume deployment/" + d.getMetadata().getName())
                  + " first)");
        }
        b.getSpecBuilder()
            .getTemplateBuilder()
            .getMetadataBuilder()
            .putAnnotations(
                WellKnown.ANNOTATION_RESTARTED_AT, now.truncatedTo(ChronoUnit.SECONDS).toString());
      }
    }
    return b.build();
  }
}
