package dev.capstan.ctl.verb;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.Api;
import dev.capstan.client.ListOptions;
import dev.capstan.client.Resource;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.text.JsonPrinter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code label} and {@code annotate}. */
public record Keys(String verb) implements Command {

  /** The command of this name. */
  public static Keys of(String verb) {
    return new Keys(verb);
  }

  private boolean labels() {
    return verb.equals("label");
  }

  @Override
  public Usage usage() {
    String what = labels() ? "labels" : "annotations";
    return new Usage(
        verb
            + " (TYPE NAME… | TYPE/NAME… | TYPE -l SELECTOR | TYPE --all) KEY=VALUE… KEY-… [flags]",
        "Set or remove " + what,
        "capstan "
            + verb
            + " pod web-5d9 tier=front\ncapstan "
            + verb
            + " node node-1 disk=ssd --overwrite\n"
            + "capstan "
            + verb
            + " pod web-5d9 tier-       # removes it",
        Usage.Args.RESOURCES,
        List.of(
            Flag.bool("overwrite", '\0', "Allow values to change"),
            Flag.bool("all", '\0', "All objects of the type in the namespace"),
            Flags.SELECTOR,
            Flags.DRY_RUN));
  }

  @Override
  public int run(Cli cli) throws Exception {
    List<String> names = new ArrayList<>();
    Map<String, @Nullable String> changes = new LinkedHashMap<>();
    for (String word : cli.args().words()) {
      int eq = word.indexOf('=');
      if (eq > 0) {
        changes.put(word.substring(0, eq), word.substring(eq + 1));
      } else if (word.endsWith("-") && word.length() > 1 && !names.isEmpty()) {
        changes.put(word.substring(0, word.length() - 1), null);
      } else {
        names.add(word);
      }
    }
    if (changes.isEmpty()) {
      throw CliException.error(
          "at least one " + (labels() ? "label" : "annotation") + " update is required");
    }
    for (Item item : items(cli, Target.parse(cli.kinds(), names))) {
      change(cli, item, changes);
    }
    return 0;
  }

  private static List<Item> items(Cli cli, List<Target> targets) throws InterruptedException {
    List<Item> items = new ArrayList<>();
    for (Target t : targets) {
      Resource<Message> resource = Target.resource(cli.api(), t.kind(), cli.namespace());
      if (!t.name().isEmpty()) {
        items.add(new Item(t.kind(), resource.get(t.name())));
      } else if (cli.args().is("all") || cli.args().has("selector")) {
        ListOptions options = Selectors.labels(cli);
        resource.list(options).items().forEach(o -> items.add(new Item(t.kind(), o)));
      } else {
        throw CliException.error("resource(s) were provided, but no name was specified");
      }
    }
    return items;
  }

  private void change(Cli cli, Item item, Map<String, @Nullable String> changes)
      throws InterruptedException {
    Map<String, String> old =
        labels() ? item.metadata().getLabelsMap() : item.metadata().getAnnotationsMap();
    JsonObject patch = new JsonObject();
    boolean removes = false;
    for (Map.Entry<String, @Nullable String> e : changes.entrySet()) {
      String value = e.getValue();
      String is = old.get(e.getKey());
      if (value == null) {
        removes |= is != null;
        patch.add(e.getKey(), JsonNull.INSTANCE);
      } else if (is != null && !is.equals(value) && !cli.args().is("overwrite")) {
        throw CliException.error(
            "'" + e.getKey() + "' already has a value (" + is + "), and --overwrite is false");
      } else if (!value.equals(is)) {
        patch.addProperty(e.getKey(), value);
      }
    }
    boolean sets = patch.entrySet().stream().anyMatch(e -> !e.getValue().isJsonNull());
    if (sets || removes) {
      write(cli, item, patch);
    }
    String past = labels() ? "labeled" : "annotated";
    String result = sets ? past : removes ? (labels() ? "unlabeled" : "annotated") : "not " + past;
    cli.out().println(item.display() + " " + result + DryRun.of(cli).suffix());
  }

  /** As the server would make it. */
  private Message changed(Item item, JsonObject changes) {
    ObjectMeta meta = item.metadata();
    Map<String, String> map =
        new LinkedHashMap<>(labels() ? meta.getLabelsMap() : meta.getAnnotationsMap());
    changes
        .entrySet()
        .forEach(change -> {
          if (change.getValue().isJsonNull()) {
            map.remove(change.getKey());
          } else {
            map.put(change.getKey(), change.getValue().getAsString());
          }
        });
    ObjectMeta.Builder changed = meta.toBuilder();
    if (labels()) {
      changed.clearLabels().putAllLabels(map);
    } else {
      changed.clearAnnotations().putAllAnnotations(map);
    }
    return item.kind().withMetadata(item.object(), changed.build());
  }

  private void write(Cli cli, Item item, JsonObject changes) throws InterruptedException {
    DryRun dryRun = DryRun.of(cli);
    if (dryRun == DryRun.CLIENT) {
      LocalRules.check(new Item(item.kind(), changed(item, changes)));
      return;
    }
    JsonObject metadata = new JsonObject();
    metadata.add(labels() ? "labels" : "annotations", changes);
    JsonObject patch = new JsonObject();
    patch.add("metadata", metadata);
    Api api = dryRun == DryRun.SERVER ? cli.api().dryRun() : cli.api();
    Target.resource(api, item.kind(), item.metadata().getNamespace())
        .patch(item.name(), JsonPrinter.compact(patch));
  }
}
