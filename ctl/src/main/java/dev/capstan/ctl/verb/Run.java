package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentSpec;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.client.Api;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.args.Parsed;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.print.Format;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.print.Printer;
import java.util.List;
import java.util.Map;

/** {@code run}: starts containers from an image. */
public final class Run implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "run NAME --image=IMAGE [flags] [-- ARG…]",
        "Run an image as a deployment with some replicas",
        """
        capstan run web --image=nginx:1.29 --replicas=3 --port=80
        capstan run web --image=nginx:1.29 --env=MODE=test --labels=app=web,tier=front
        capstan run once --image=busybox --restart=Never -- echo hello   # a single pod
        capstan run web --image=nginx:1.29 --dry-run=client -o yaml      # only show the manifest

        # With --port a pod counts as ready once the port accepts connections; without, once it has
        # run for 2 seconds.
        """,
        Usage.Args.NONE,
        List.of(
            Flag.text("image", '\0', "Image to run"),
            Flag.number("replicas", "1", "Number of pods (default 1)").withShorthand('r'),
            Flag.number("port", null, "Port the container listens on"),
            Flag.number("host-port", null, "Port of the node that leads to it"),
            Flag.list("env", '\0', "Environment variable, NAME=VALUE"),
            Flag.list("labels", '\0', "Labels, KEY=VALUE,… (default app=NAME)").withShorthand('l'),
            Flag.bool(
                "command",
                '\0',
                "What follows -- replaces the image's entry point, not only its arguments"),
            Flag.text(
                    "restart",
                    '\0',
                    "Always: a deployment; OnFailure or Never: a single pod",
                    "Always",
                    "OnFailure",
                    "Never")
                .or("Always"),
            Flag.text(
                "image-pull-policy",
                '\0',
                "Always, IfNotPresent or Never",
                "Always",
                "IfNotPresent",
                "Never"),
            Flag.text("requests", '\0', "What scheduling counts, e.g. cpu=100m,memory=64Mi"),
            Flag.text("limits", '\0', "Upper bounds, e.g. cpu=500m,memory=128Mi"),
            Flag.bool("simulated", '\0', "Run on simulated nodes, and only there"),
            Flags.DRY_RUN,
            Flags.output("yaml, json or name", "yaml", "json", "name")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    Parsed args = cli.args();
    int names = args.dashAt() < 0 ? args.words().size() : args.dashAt();
    if (names != 1) {
      throw CliException.error(
          names == 0
              ? "NAME is required for run"
              : "exactly one NAME is required for run, got "
                  + args.words().subList(0, names)
                  + "; arguments of the container go after --");
    }
    DryRun dryRun = DryRun.of(cli);
    Item item = item(cli, args.words().getFirst());
    if (dryRun == DryRun.CLIENT) {
      LocalRules.check(item);
    }
    Item done = dryRun == DryRun.CLIENT ? item : create(cli, item, dryRun);
    Format format = Format.of(args.text("output", ""));
    if (format instanceof Format.Columns) {
      cli.out().println(done.display() + " created" + dryRun.suffix());
    } else {
      cli.out().print(Printer.plain(format).one(done, cli.now()));
    }
    return 0;
  }

  private static Item create(Cli cli, Item item, DryRun dryRun) throws InterruptedException {
    Api api = dryRun == DryRun.SERVER ? cli.api().dryRun() : cli.api();
    Message created = Target.resource(api, item.kind(), cli.namespace()).create(item.object());
    return new Item(item.kind(), created);
  }

  private static Item item(Cli cli, String name) {
    RunPod pod = new RunPod(name, cli.args());
    Map<String, String> labels = pod.labels();
    String restart = cli.args().text("restart", "Always");
    ObjectMeta.Builder meta =
        ObjectMeta.newBuilder().setName(name).setNamespace(cli.namespace()).putAllLabels(labels);
    if (!restart.equals("Always")) {
      if (cli.args().has("replicas")) {
        throw CliException.error(
            "--restart=" + restart + " makes a single pod: leave --replicas out");
      }
      Kind kind = cli.kinds().require("Pod");
      return new Item(kind, Pod.newBuilder().setMetadata(meta).setSpec(pod.spec()).build());
    }
    Long asked = cli.args().number("replicas");
    long replicas = asked == null ? 1 : asked;
    if (replicas < 0 || replicas > 1_000_000) {
      throw CliException.error("--replicas must be between 0 and 1000000, not " + replicas);
    }
    meta.putAnnotations(
        WellKnown.ANNOTATION_CHANGE_CAUSE, "capstan run " + name + " --image=" + pod.image());
    DeploymentSpec.Builder spec =
        DeploymentSpec.newBuilder()
            .setReplicas((int) replicas)
            .setSelector(LabelSelector.newBuilder().putAllMatchLabels(labels))
            .setTemplate(
                PodTemplateSpec.newBuilder()
                    .setMetadata(ObjectMeta.newBuilder().putAllLabels(labels))
                    .setSpec(pod.spec()));
    if (!cli.args().has("port")) {
      // Without a port nothing says when it is ready: a pod that dies at once must not count.
      spec.setMinReadySeconds(2);
    }
    return new Item(
        cli.kinds().require("Deployment"),
        Deployment.newBuilder().setMetadata(meta).setSpec(spec).build());
  }
}
