package dev.capstan.ctl.verb;

import dev.capstan.api.LabelSelectors;
import dev.capstan.api.Numbers;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.ListOptions;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.describe.TemplateText;
import dev.capstan.ctl.text.Escapes;
import dev.capstan.ctl.text.Tabs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code rollout history}: the revisions that can be returned to. */
public final class RolloutHistory implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "rollout history deployment/NAME [flags]",
        "List the revisions of a deployment, or show one",
        """
        capstan rollout history deployment/web
        capstan rollout history deployment/web --revision=2
        """,
        Usage.Args.ROLLOUTS,
        List.of(Flag.number("revision", "0", "Show the pod template of this revision")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    String name = Deployments.name(cli, cli.args().words(), false);
    Map<Long, ReplicaSet> revisions = revisions(cli, Deployments.of(cli).get(name));
    Long asked = cli.args().number("revision");
    String title = "deployment.apps/" + name;
    if (asked != null && asked > 0) {
      ReplicaSet rs = revisions.get(asked);
      if (rs == null) {
        throw CliException.error("unable to find the specified revision");
      }
      cli.out().println(title + " with revision #" + asked);
      cli.out().print(TemplateText.of(rs.getSpec().getTemplate(), cause(rs.getMetadata())));
      return 0;
    }
    Tabs tabs = Tabs.describe().line("REVISION\tCHANGE-CAUSE");
    revisions.forEach((n, rs) -> tabs.line(n + "\t" + Escapes.line(cause(rs.getMetadata()))));
    cli.out().println(title + " ");
    cli.out().print(tabs);
    cli.out().println();
    return 0;
  }

  private static Map<Long, ReplicaSet> revisions(Cli cli, Deployment d)
      throws InterruptedException {
    Map<Long, ReplicaSet> revisions = new TreeMap<>();
    ListOptions options = ListOptions.labels(LabelSelectors.print(d.getSpec().getSelector()));
    for (ReplicaSet rs : cli.api().replicaSets().namespace(cli.namespace()).list(options).items()) {
      boolean own =
          rs.getMetadata().getOwnerReferencesList().stream()
              .anyMatch(o -> o.getUid().equals(d.getMetadata().getUid()));
      String revision = rs.getMetadata().getAnnotationsOrDefault(WellKnown.ANNOTATION_REVISION, "");
      if (own && revision.matches("[0-9]{1,18}")) {
        revisions.put(Numbers.parseLong(revision), rs);
      }
    }
    return revisions;
  }

  private static String cause(ObjectMeta meta) {
    String cause = meta.getAnnotationsOrDefault(WellKnown.ANNOTATION_CHANGE_CAUSE, "");
    return cause.isEmpty() ? "<none>" : cause;
  }
}
