package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Preconditions;
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
import dev.capstan.ctl.manifest.Manifest;
import dev.capstan.ctl.print.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code delete}: deletes objects and waits until they are gone. */
public final class Delete implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "delete (TYPE NAME… | TYPE/NAME… | TYPE -l SELECTOR | TYPE --all | -f FILE) [flags]",
        "Delete objects by name, by label or by manifest",
        """
        capstan delete deployment web
        capstan delete pod/web-5d9 --grace-period=1
        capstan delete deploy,pods -l app=web
        capstan delete -f web.yaml
        capstan delete deploy web --cascade=orphan      # leaves the pods running

        # On a terminal a delete of many objects shows them first and asks.
        """,
        Usage.Args.RESOURCES,
        List.of(
            Flags.FILENAME,
            Flags.RECURSIVE,
            Flags.SELECTOR,
            Flags.FIELD_SELECTOR,
            Flag.bool("all", '\0', "All objects of the type in the namespace"),
            Flags.ALL_NAMESPACES,
            Flag.text(
                    "cascade",
                    '\0',
                    "background, foreground or orphan: what becomes of what it owns",
                    "background",
                    "foreground",
                    "orphan")
                .or("background")
                .bare("background"),
            Flag.number("grace-period", "-1", "Seconds to end in; -1 for the object's own"),
            Flag.bool(
                "force", '\0', "Remove the object at once, whatever becomes of its container"),
            Flag.bool("now", '\0', "The same as --grace-period=1"),
            Flag.on("wait", '\0', "Wait until the objects are gone (default true)"),
            Flag.duration("timeout", "0s", "Stop waiting after this long; 0s for never"),
            Flag.bool("ignore-not-found", '\0', "Succeed if a named object is missing"),
            Flag.bool("yes", 'y', "Do not ask"),
            Flags.DRY_RUN,
            Flags.output("name instead of a sentence", "name")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    DeleteOptions options = DeleteFlags.options(cli);
    List<Integer> missing = new ArrayList<>();
    List<Item> items = cli.args().has("filename") ? ofFiles(cli, missing) : ofWords(cli, missing);
    if (items.isEmpty() && missing.isEmpty()) {
      boolean quiet = cli.args().is("ignore-not-found") || cli.args().has("filename");
      if (!quiet) {
        cli.err().println("No resources found");
      }
      return 0;
    }
    if (!Confirm.broad(cli, items)) {
      throw CliException.error("nothing was deleted");
    }
    DryRun dryRun = DryRun.of(cli);
    Map<Item, Message> going = new LinkedHashMap<>();
    for (Item item : items) {
      delete(cli, item, options, dryRun, going);
    }
    cli.out().flush();
    if (dryRun == DryRun.NONE && cli.args().is("wait")) {
      new Gone(cli).await(going.keySet());
    }
    return missing.isEmpty() ? 0 : 1;
  }

  private static void delete(
      Cli cli, Item item, DeleteOptions options, DryRun dryRun, Map<Item, Message> going)
      throws InterruptedException {
    Api api = dryRun == DryRun.SERVER ? cli.api().dryRun() : cli.api();
    Resource<Message> resource = Target.resource(api, item.kind(), item.metadata().getNamespace());
    if (dryRun != DryRun.CLIENT) {
      DeleteOptions exact =
          options.toBuilder()
              .setPreconditions(Preconditions.newBuilder().setUid(item.metadata().getUid()))
              .build();
      delete(resource, item, exact).ifPresent(object -> going.put(item, object));
    }
    String how = cli.args().is("force") ? " force deleted" : " deleted";
    cli.out()
        .println(
            cli.args().text("output", "").equals("name")
                ? item.display()
                : item.kind().singularResource()
                    + " \""
                    + item.name()
                    + "\""
                    + how
                    + dryRun.suffix());
  }

  /** Empty if it has gone since it was looked up, with its owner say: that counts as deleted. */
  private static Optional<Message> delete(
      Resource<Message> resource, Item item, DeleteOptions exact) throws InterruptedException {
    try {
      return Optional.of(resource.delete(item.name(), exact));
    } catch (ApiException.NotFound e) {
      return Optional.empty();
    } catch (ApiException.Conflict e) {
      // A server that does not say whose uid it is has not said that ours is gone.
      if (e.currentUid().isEmpty() || e.currentUid().equals(item.metadata().getUid())) {
        throw e;
      }
      return Optional.empty(); // Another of this name has taken its place.
    }
  }

  private static void missing(Cli cli, ApiException.NotFound e, List<Integer> missing) {
    if (!cli.args().is("ignore-not-found")) {
      cli.out().flush();
      cli.err().println(Failures.text(cli, e));
      missing.add(1);
    }
  }

  private static List<Item> ofFiles(Cli cli, List<Integer> missing) throws Exception {
    List<Item> items = new ArrayList<>();
    for (Manifest m : Inputs.read(cli)) {
      Resource<Message> resource =
          Target.resource(cli.api(), m.kind(), m.metadata().getNamespace());
      try {
        items.add(new Item(m.kind(), resource.get(m.metadata().getName())));
      } catch (ApiException.Unreadable e) {
        items.add(unread(m.kind(), m.metadata().getNamespace(), m.metadata().getName()));
      } catch (ApiException.NotFound e) {
        missing(cli, e, missing);
      }
    }
    return items;
  }

  private static List<Item> ofWords(Cli cli, List<Integer> missing) throws InterruptedException {
    List<Target> targets = Target.parse(cli.kinds(), cli.args().words());
    boolean selects =
        cli.args().has("selector") || cli.args().has("field-selector") || cli.args().is("all");
    List<Item> items = new ArrayList<>();
    for (Target t : targets) {
      if (t.name().isEmpty() && !selects) {
        throw CliException.error("resource(s) were provided, but no name was specified");
      }
      if (!t.name().isEmpty() && selects) {
        throw CliException.error("name cannot be provided when a selector is specified");
      }
      if (!t.name().isEmpty()) {
        find(cli, t, items, missing);
        continue;
      }
      ListOptions options = Get.options(cli);
      String namespace = cli.args().is("all-namespaces") ? "" : cli.namespace();
      Target.resource(cli.api(), t.kind(), namespace)
          .list(options)
          .items()
          .forEach(o -> items.add(new Item(t.kind(), o)));
    }
    return items;
  }

  /** An object that is there and cannot be read: all that is known of it is its name. */
  private static Item unread(Kind kind, String namespace, String name) {
    ObjectMeta metadata =
        ObjectMeta.newBuilder()
            .setNamespace(kind.namespaced() ? namespace : "")
            .setName(name)
            .build();
    return new Item(kind, kind.withMetadata(kind.prototype(), metadata));
  }

  private static void find(Cli cli, Target t, List<Item> items, List<Integer> missing)
      throws InterruptedException {
    try {
      items.add(
          new Item(t.kind(), Target.resource(cli.api(), t.kind(), cli.namespace()).get(t.name())));
    } catch (ApiException.Unreadable e) {
      items.add(unread(t.kind(), cli.namespace(), t.name()));
    } catch (ApiException.NotFound e) {
      missing(cli, e, missing);
    }
  }
}
