package dev.capstan.ctl.verb;

import dev.capstan.api.Kind;
import dev.capstan.api.v1.Deployment;
import dev.capstan.client.Resource;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import java.util.List;
import java.util.Map;

/** {@code set image}: changes images and starts a rollout, without waiting for it. */
public final class SetImage implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "set image deployment/NAME CONTAINER=IMAGE… [flags]",
        "Change the image of a deployment's containers",
        """
        capstan set image deployment/web web=nginx:1.30
        capstan set image deployment/web '*=nginx:1.30'
        capstan rollout status deployment/web        # and then wait for it
        """,
        Usage.Args.IMAGES,
        List.of(Flags.DRY_RUN, Flags.output("yaml, json or name", "yaml", "json", "name")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    List<String> words = cli.args().words();
    int firstImage = 0;
    while (firstImage < words.size() && !words.get(firstImage).contains("=")) {
      firstImage++;
    }
    String name = Deployments.name(cli, words.subList(0, firstImage), false);
    Map<String, String> images = Images.parse(words.subList(firstImage, words.size()));
    String cause =
        "capstan set image deployment/"
            + name
            + " "
            + String.join(" ", words.subList(firstImage, words.size()));
    DryRun dryRun = DryRun.of(cli);
    Kind kind = cli.kinds().require("Deployment");
    Resource<Deployment> deployments =
        (dryRun == DryRun.SERVER ? cli.api().dryRun() : cli.api())
            .deployments()
            .namespace(cli.namespace());
    if (dryRun == DryRun.CLIENT) {
      Deployment d = Images.set(deployments.get(name), images, cause);
      Results.print(cli, kind, d, "image updated", dryRun);
      return 0;
    }
    Deployments.Edited edited =
        Deployments.edit(deployments, name, d -> Images.set(d, images, cause));
    if (edited.changed() || cli.args().has("output")) {
      Results.print(cli, kind, edited.deployment(), "image updated", dryRun);
    }
    return 0;
  }
}
