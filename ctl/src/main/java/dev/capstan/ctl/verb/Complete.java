package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.Deployment;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.CommandLine;
import dev.capstan.ctl.Env;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.Verbs;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.args.UsageException;
import dev.capstan.ctl.cluster.Config;
import dev.capstan.ctl.cluster.Session;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.manifest.ManifestException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the completion scripts ask: the candidates for the last word. Knows verbs and flags without
 * a server.
 */
public final class Complete {

  /** What a shell takes as it is. A server may answer anything, and the shell would run it. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,~-]+");

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Env env;
  private final KindRegistry kinds = KindRegistry.builtin();

  /** In these surroundings. */
  public Complete(Env env) {
    this.env = env;
  }

  /** Prints a candidate per line; never fails. */
  public int run(List<String> words) {
    String last = words.isEmpty() ? "" : words.getLast();
    List<String> before = words.isEmpty() ? List.of() : words.subList(0, words.size() - 1);
    try {
      for (String candidate : new TreeSet<>(candidates(before, last))) {
        if (candidate.startsWith(last) && PLAIN.matcher(candidate).matches()) {
          env.out().println(candidate);
        }
      }
    } catch (InterruptedException
        | ApiException
        | CliException
        | ManifestException
        | UsageException e) {
      return 0; // No server, no names.
    }
    return 0;
  }

  private Set<String> candidates(List<String> before, String last) throws InterruptedException {
    List<String> rest = new ArrayList<>(before);
    String verb = CommandLine.takeWord(rest);
    if (verb == null) {
      CommandLine line = new CommandLine(env, CommandLine.GLOBALS, before);
      Flag open = line.open();
      if (open != null) {
        return values(Usage.Args.NONE, line, open, "");
      }
      return last.startsWith("-") ? flags(CommandLine.GLOBALS) : verbs();
    }
    List<String> subs = Verbs.subs(verb);
    String path = verb;
    if (!subs.isEmpty()) {
      String sub = CommandLine.takeWord(rest);
      if (sub == null) {
        return new TreeSet<>(subs);
      }
      path = verb + " " + sub;
    }
    if (verb.equals("help")) {
      return verbs();
    }
    Command command = Verbs.command(path);
    return command == null ? Set.of() : of(command, rest, last);
  }

  private Set<String> of(Command command, List<String> rest, String last)
      throws InterruptedException {
    List<Flag> flags = new ArrayList<>(command.usage().flags());
    flags.addAll(CommandLine.GLOBALS);
    CommandLine line = new CommandLine(env, flags, rest);
    Flag open = line.open();
    if (open != null) {
      return values(command.usage().args(), line, open, "");
    }
    int eq = last.indexOf('=');
    if (last.startsWith("--") && eq > 0) {
      for (Flag flag : flags) {
        if (last.startsWith("--" + flag.name() + "=")) {
          return values(command.usage().args(), line, flag, last.substring(0, eq + 1));
        }
      }
    }
    return last.startsWith("-") ? flags(flags) : arguments(command.usage().args(), line, last);
  }

  private static Set<String> verbs() {
    Set<String> all = new TreeSet<>();
    Verbs.groups().forEach(g -> all.addAll(g.verbs()));
    return all;
  }

  private static Set<String> flags(List<Flag> flags) {
    Set<String> all = new TreeSet<>();
    flags.forEach(f -> all.add("--" + f.name() + (f.bare() == null ? "=" : "")));
    return all;
  }

  private Set<String> values(Usage.Args args, CommandLine line, Flag flag, String prefix)
      throws InterruptedException {
    Set<String> all = new TreeSet<>();
    for (String value : flag.values()) {
      switch (value) {
        case "@namespaces" ->
            names(line, kinds.require("Namespace")).forEach(n -> all.add(prefix + n));
        case "@contexts" -> Config.load(env).contexts().forEach(c -> all.add(prefix + c.name()));
        case "@labels" -> labels(args, line).forEach(l -> all.add(prefix + l));
        case "@files" -> {}
        default -> all.add(prefix + value);
      }
    }
    return all;
  }

  private Set<String> arguments(Usage.Args args, CommandLine line, String last)
      throws InterruptedException {
    return switch (args) {
      case NONE -> Set.of();
      case RESOURCES -> resources(line, last);
      case PODS -> with(names(line, kinds.require("Pod")), slashed(line, last));
      case DEPLOYMENTS -> names(line, kinds.require("Deployment"));
      case ROLLOUTS -> rollouts(line, last);
      case IMAGES -> line.words().isEmpty() ? rollouts(line, last) : containers(line);
      case NODES -> names(line, kinds.require("Node"));
      case CONTEXTS -> {
        Set<String> all = new TreeSet<>();
        Config.load(env).contexts().forEach(c -> all.add(c.name()));
        yield all;
      }
      case SHELLS -> new TreeSet<>(List.of("bash", "zsh", "fish"));
      case VERBS -> verbs();
    };
  }

  private Set<String> rollouts(CommandLine line, String last) throws InterruptedException {
    return last.contains("/")
        ? slashed(line, last)
        : prefixed("deployment/", names(line, kinds.require("Deployment")));
  }

  /** The containers of the deployment that is named already, ready for an image. */
  private Set<String> containers(CommandLine line) throws InterruptedException {
    List<String> words = line.words();
    String first = words.getFirst();
    String name =
        first.contains("/")
            ? first.substring(first.indexOf('/') + 1)
            : words.size() > 1 ? words.get(1) : "";
    Set<String> all = new TreeSet<>();
    for (Message object : objects(line, kinds.require("Deployment"))) {
      Deployment d = (Deployment) object;
      if (d.getMetadata().getName().equals(name)) {
        d.getSpec()
            .getTemplate()
            .getSpec()
            .getContainersList()
            .forEach(c -> all.add(c.getName() + "="));
      }
    }
    return all;
  }

  /** KEY=VALUE of the objects that the command is about; of pods if it does not say. */
  private Set<String> labels(Usage.Args args, CommandLine line) throws InterruptedException {
    boolean named = args == Usage.Args.RESOURCES && !line.words().isEmpty();
    Kind kind =
        named
            ? kinds.byAlias(line.words().getFirst()).orElse(null)
            : kinds.require(args == Usage.Args.NODES ? "Node" : "Pod");
    Set<String> all = new TreeSet<>();
    if (kind != null) {
      for (Message object : objects(line, kind)) {
        kind.metadata(object).getLabelsMap().forEach((k, v) -> all.add(k + "=" + v));
      }
    }
    return all;
  }

  private Set<String> resources(CommandLine line, String last) throws InterruptedException {
    if (last.contains("/")) {
      return slashed(line, last);
    }
    if (!line.words().isEmpty()) {
      Kind kind = kinds.byAlias(line.words().getFirst()).orElse(null);
      return kind == null ? Set.of() : names(line, kind);
    }
    Set<String> all = new TreeSet<>();
    int comma = last.lastIndexOf(',');
    for (Kind kind : kinds.kinds()) {
      all.add(last.substring(0, comma + 1) + kind.plural());
    }
    all.add("all");
    return all;
  }

  private Set<String> slashed(CommandLine line, String last) throws InterruptedException {
    int slash = last.indexOf('/');
    Kind kind = slash < 0 ? null : kinds.byAlias(last.substring(0, slash)).orElse(null);
    return kind == null ? Set.of() : prefixed(last.substring(0, slash + 1), names(line, kind));
  }

  private static Set<String> prefixed(String prefix, Set<String> names) {
    Set<String> all = new TreeSet<>();
    names.forEach(n -> all.add(prefix + n));
    return all;
  }

  private static Set<String> with(Set<String> a, Set<String> b) {
    Set<String> all = new TreeSet<>(a);
    all.addAll(b);
    return all;
  }

  private Set<String> names(CommandLine line, @Nullable Kind kind) throws InterruptedException {
    Set<String> all = new TreeSet<>();
    if (kind != null) {
      objects(line, kind).forEach(o -> all.add(kind.metadata(o).getName()));
    }
    return all;
  }

  private static List<Message> objects(CommandLine line, Kind kind) throws InterruptedException {
    try (Session session = line.session()) {
      Api api = session.api().withTimeout(PATIENCE).retryingFor(Duration.ZERO);
      return Target.resource(api, kind, session.namespace()).list().items();
    }
  }
}
