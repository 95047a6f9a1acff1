package dev.capstan.ctl.verb;

import dev.capstan.api.v1.Node;
import dev.capstan.client.ApiException;
import dev.capstan.client.Resource;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import java.util.ArrayList;
import java.util.List;

/** {@code taint}: keeps pods away from a node unless they tolerate it. */
public final class Taint implements Command {

  private static final int ATTEMPTS = 10;
  private static final List<String> EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

  /** A change: sets the taint, or removes those it matches. */
  private record Change(String key, String value, String effect, boolean removes) {}

  @Override
  public Usage usage() {
    return new Usage(
        "taint nodes NODE… KEY=VALUE:EFFECT… [flags]",
        "Add taints to nodes or remove them",
        """
        capstan taint nodes node-1 maintenance=now:NoSchedule
        capstan taint nodes node-1 maintenance=now:NoExecute --overwrite
        capstan taint nodes node-1 maintenance:NoSchedule-      # removes it
        capstan taint nodes node-1 maintenance-                 # with any effect
        """,
        Usage.Args.NODES,
        List.of(Flag.bool("overwrite", '\0', "Allow a value to change")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    List<String> words = cli.args().words();
    boolean ofNodes =
        !words.isEmpty()
            && cli.kinds()
                .byAlias(words.getFirst())
                .map(k -> k.name().equals("Node"))
                .orElse(false);
    if (!ofNodes) {
      throw CliException.error("write it as: " + cli.hint("taint nodes NODE KEY=VALUE:EFFECT"));
    }
    List<String> names = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    for (String word : words.subList(1, words.size())) {
      boolean change =
          word.contains(":") || word.contains("=") || (word.endsWith("-") && !names.isEmpty());
      if (change) {
        changes.add(change(word));
      } else {
        names.add(word);
      }
    }
    if (names.isEmpty() || changes.isEmpty()) {
      throw CliException.error("at least one node and one taint are required");
    }
    for (String name : names) {
      boolean changed = edit(cli, cli.api().nodes(), name, changes);
      boolean removed = changes.stream().allMatch(Change::removes);
      cli.out()
          .println(
              "node/" + name + (!changed ? " not tainted" : removed ? " untainted" : " tainted"));
    }
    return 0;
  }

  private static Change change(String word) {
    boolean removes = word.endsWith("-");
    String text = removes ? word.substring(0, word.length() - 1) : word;
    int colon = text.lastIndexOf(':');
    String effect = colon < 0 ? "" : text.substring(colon + 1);
    String left = colon < 0 ? text : text.substring(0, colon);
    int eq = left.indexOf('=');
    boolean wrongEffect = effect.isEmpty() ? !removes : !EFFECTS.contains(effect);
    if (wrongEffect) {
      throw CliException.error(
          "invalid taint effect in \""
              + word
              + "\": it must be one of "
              + String.join(", ", EFFECTS));
    }
    return new Change(
        eq < 0 ? left : left.substring(0, eq),
        eq < 0 ? "" : left.substring(eq + 1),
        effect,
        removes);
  }

  /** False if the node is so already. */
  private static boolean edit(Cli cli, Resource<Node> nodes, String name, List<Change> changes)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      Node node = nodes.get(name);
      Node changed = apply(node, changes, cli.args().is("overwrite"));
      if (changed.equals(node)) {
        return false;
      }
      try {
        nodes.update(changed);
        return true;
      } catch (ApiException.Conflict e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static Node apply(Node node, List<Change> changes, boolean overwrite) {
    List<dev.capstan.api.v1.Taint> taints = new ArrayList<>(node.getSpec().getTaintsList());
    String name = node.getMetadata().getName();
    for (Change c : changes) {
      boolean there = taints.stream().anyMatch(t -> matches(t, c));
      if (c.removes() && !there) {
        throw CliException.error("taint \"" + c.key() + "\" not found on node/" + name);
      }
      boolean differs =
          taints.stream().anyMatch(t -> matches(t, c) && !t.getValue().equals(c.value()));
      if (!c.removes() && differs && !overwrite) {
        throw CliException.error(
            "node/"
                + name
                + " already has "
                + c.key()
                + " taint(s) with same effect(s) and --overwrite is false");
      }
      if (c.removes() || differs) {
        taints.removeIf(t -> matches(t, c));
      }
      if (!c.removes() && (differs || !there)) {
        taints.add(
            dev.capstan.api.v1.Taint.newBuilder()
                .setKey(c.key())
                .setValue(c.value())
                .setEffect(c.effect())
                .build());
      }
    }
    Node.Builder b = node.toBuilder();
    b.getSpecBuilder().clearTaints().addAllTaints(taints);
    return b.build();
  }

  private static boolean matches(dev.capstan.api.v1.Taint t, Change c) {
    return t.getKey().equals(c.key()) && (c.effect().isEmpty() || t.getEffect().equals(c.effect()));
  }
}
