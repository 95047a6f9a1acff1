package dev.capstan.ctl.verb;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ListOptions;
import dev.capstan.client.Resource;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Failures;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.cluster.Target;
import java.util.ArrayList;
import java.util.List;

/** {@code scale}: changes the number of replicas. */
public final class Scale implements Command {

  private static final int ATTEMPTS = 10;

  @Override
  public Usage usage() {
    return new Usage(
        "scale (TYPE NAME… | TYPE/NAME…) --replicas=N [flags]",
        "Set the number of replicas of a deployment or replicaset",
        """
        capstan scale deployment web --replicas=10
        capstan scale deploy/web deploy/api --replicas=0
        capstan scale deploy/web --current-replicas=3 --replicas=5    # only if it is 3 now
        capstan scale deploy -l tier=front --replicas=2
        """,
        Usage.Args.RESOURCES,
        List.of(
            Flag.number("replicas", null, "The new number"),
            Flag.number("current-replicas", null, "Only if this is the number now"),
            Flag.text("resource-version", '\0', "Only if this is the object's version now"),
            Flags.SELECTOR,
            Flag.bool("all", '\0', "All objects of the type in the namespace"),
            Flags.DRY_RUN,
            Flags.output("yaml, json or name", "yaml", "json", "name")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    Long replicas = cli.args().number("replicas");
    if (replicas == null) {
      throw CliException.error(
          "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    }
    if (replicas < 0 || replicas > 1_000_000) {
      throw CliException.error("--replicas must be between 0 and 1000000, not " + replicas);
    }
    int failed = 0;
    for (Target target : targets(cli)) {
      try {
        scale(cli, target, replicas.intValue());
      } catch (ApiException.NotFound | ApiException.Conflict | ApiException.Invalid e) {
        cli.out().flush();
        cli.err().println(Failures.text(cli, e));
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
  }

  private static List<Target> targets(Cli cli) throws InterruptedException {
    List<Target> targets = new ArrayList<>();
    for (Target t : Target.parse(cli.kinds(), cli.args().words())) {
      boolean scalable =
          t.kind().name().equals("Deployment") || t.kind().name().equals("ReplicaSet");
      if (!scalable) {
        throw CliException.error(
            "cannot scale "
                + t.kind().plural()
                + ": only deployments and replicasets have replicas");
      }
      if (!t.name().isEmpty()) {
        targets.add(t);
        continue;
      }
      if (!cli.args().is("all") && !cli.args().has("selector")) {
        throw CliException.error("resource(s) were provided, but no name was specified");
      }
      Resource<Message> resource = Target.resource(cli.api(), t.kind(), cli.namespace());
      ListOptions options = Selectors.labels(cli);
      resource
          .list(options)
          .items()
          .forEach(o -> targets.add(new Target(t.kind(), t.kind().metadata(o).getName())));
      if (targets.isEmpty()) {
        throw CliException.error("no objects passed to scale");
      }
    }
    return targets;
  }

  private static void scale(Cli cli, Target target, int replicas) throws InterruptedException {
    DryRun dryRun = DryRun.of(cli);
    Api api = dryRun == DryRun.SERVER ? cli.api().dryRun() : cli.api();
    Resource<Message> resource = Target.resource(api, target.kind(), cli.namespace());
    Message done =
        dryRun == DryRun.CLIENT
            ? resized(target.kind(), checked(cli, target, resource), replicas)
            : patch(cli, target, resource, replicas);
    Results.print(cli, target.kind(), done, "scaled", dryRun);
  }

  private static Message patch(Cli cli, Target target, Resource<Message> resource, int replicas)
      throws InterruptedException {
    String version = cli.args().text("resource-version", "");
    for (int attempt = 1; ; attempt++) {
      PatchRequest.Builder request =
          PatchRequest.newBuilder()
              .setName(target.name())
              .setMergePatch("{\"spec\":{\"replicas\":" + replicas + "}}");
      String seen = version;
      if (cli.args().has("current-replicas")) {
        seen = target.kind().metadata(checked(cli, target, resource)).getResourceVersion();
      }
      request.setPreconditions(Preconditions.newBuilder().setResourceVersion(seen));
      try {
        return resource.patch(request.build());
      } catch (ApiException.Conflict e) {
        if (!version.isEmpty() || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** The object, once --current-replicas and --resource-version hold. */
  private static Message checked(Cli cli, Target target, Resource<Message> resource)
      throws InterruptedException {
    Message live = resource.get(target.name());
    Long expected = cli.args().number("current-replicas");
    int current = replicas(target.kind(), live);
    if (expected != null && expected != current) {
      throw CliException.error("Expected replicas to be " + expected + ", was " + current);
    }
    String version = cli.args().text("resource-version", "");
    String is = target.kind().metadata(live).getResourceVersion();
    if (!version.isEmpty() && !version.equals(is)) {
      throw CliException.error("Expected resource version to be " + version + ", was " + is);
    }
    return live;
  }

  /** As the server would make it. */
  private static Message resized(Kind kind, Message object, int replicas) {
    FieldDescriptor spec = kind.descriptor().findFieldByName("spec");
    Message.Builder changed = ((Message) object.getField(spec)).toBuilder();
    changed.setField(changed.getDescriptorForType().findFieldByName("replicas"), replicas);
    return object.toBuilder().setField(spec, changed.build()).build();
  }

  private static int replicas(Kind kind, Message object) {
    if (kind.name().equals("Deployment")) {
      Deployment d = (Deployment) object;
      return d.getSpec().hasReplicas() ? d.getSpec().getReplicas() : 1;
    }
    ReplicaSet rs = (ReplicaSet) object;
    return rs.getSpec().hasReplicas() ? rs.getSpec().getReplicas() : 1;
  }
}
