package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.manifest.Manifest;
import dev.capstan.ctl.print.Format;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.print.Printer;
import java.util.List;

/** {@code create}: makes new objects, from files or a namespace by name. */
public final class Create implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "create (-f FILE… | namespace NAME) [flags]",
        "Create objects that must not exist yet",
        """
        capstan create -f web.yaml
        capstan create namespace team-a
        """,
        Usage.Args.NONE,
        List.of(
            Flags.FILENAME,
            Flags.RECURSIVE,
            Flags.DRY_RUN,
            Flags.output("yaml, json or name instead of what was done", "yaml", "json", "name")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    if (!cli.args().words().isEmpty()) {
      report(cli, created(cli, namespace(cli), DryRun.of(cli)));
      return 0;
    }
    List<Manifest> manifests = Inputs.read(cli);
    if (DryRun.of(cli) == DryRun.CLIENT) {
      LocalRules.check(manifests);
    }
    int failed = 0;
    for (Manifest manifest : manifests) {
      try {
        report(cli, created(cli, item(manifest), DryRun.of(cli)));
      } catch (ApiException.Unavailable | ApiException.Unauthenticated e) {
        throw e;
      } catch (ApiException e) {
        Refusals.say(cli, manifest, e);
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
  }

  private static Item item(Manifest manifest) {
    ObjectMeta meta = manifest.metadata().toBuilder().clearUid().clearResourceVersion().build();
    return new Item(manifest.kind(), manifest.kind().withMetadata(manifest.object(), meta));
  }

  private static void report(Cli cli, Item done) {
    Format format = Format.of(cli.args().text("output", ""));
    if (format instanceof Format.Columns) {
      cli.out().println(done.display() + " created" + DryRun.of(cli).suffix());
    } else {
      cli.out().print(Printer.plain(format).one(done, cli.now()));
    }
  }

  private static Item created(Cli cli, Item item, DryRun dryRun) throws InterruptedException {
    if (dryRun == DryRun.CLIENT) {
      LocalRules.check(item);
      return item;
    }
    Api api = dryRun == DryRun.SERVER ? cli.api().dryRun() : cli.api();
    Message created =
        Target.resource(api, item.kind(), item.metadata().getNamespace()).create(item.object());
    return new Item(item.kind(), created);
  }

  private static Item namespace(Cli cli) {
    List<String> words = cli.args().words();
    boolean known = words.getFirst().equals("namespace") || words.getFirst().equals("ns");
    if (!known) {
      throw CliException.error(
          "\"create " + words.getFirst() + "\" is not in this version of capstan: use create -f");
    }
    if (words.size() != 2) {
      throw CliException.error("exactly one NAME is required, received " + (words.size() - 1));
    }
    Kind kind = cli.kinds().require("Namespace");
    return new Item(
        kind,
        Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName(words.get(1))).build());
  }
}
