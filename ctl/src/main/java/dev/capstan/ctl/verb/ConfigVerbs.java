package dev.capstan.ctl.verb;

import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.cluster.Config;
import dev.capstan.ctl.print.Format;
import dev.capstan.ctl.text.Escapes;
import dev.capstan.ctl.text.JsonPrinter;
import dev.capstan.ctl.text.Table;
import dev.capstan.ctl.text.YamlPrinter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code config …}: the contexts of the configuration file. */
public record ConfigVerbs(String verb, String line, String summary, String examples)
    implements Command {

  /** The sub-verb's command; null if there is none. */
  public static @Nullable ConfigVerbs of(String verb) {
    return switch (verb) {
      case "get-contexts" ->
          new ConfigVerbs(verb, "[NAME]", "List the contexts", "capstan config get-contexts");
      case "current-context" ->
          new ConfigVerbs(verb, "", "Print the context in use", "capstan config current-context");
      case "use-context" ->
          new ConfigVerbs(
              verb, "NAME", "Use another context from now on", "capstan config use-context lab");
      case "set-context" ->
          new ConfigVerbs(
              verb,
              "(NAME | --current) [flags]",
              "Add a context or change it",
              """
              capstan config set-context lab --server=10.0.0.5:7600 --token-file=/etc/capstan/token
              capstan config set-context --current --namespace=team-a
              """);
      case "delete-context" ->
          new ConfigVerbs(verb, "NAME", "Forget a context", "capstan config delete-context lab");
      case "view" -> new ConfigVerbs(verb, "", "Print the configuration", "capstan config view");
      default -> null;
    };
  }

  @Override
  public Usage usage() {
    List<Flag> flags = new ArrayList<>();
    if (verb.equals("set-context")) {
      flags.add(Flag.bool("current", '\0', "Change the context in use"));
    }
    if (verb.equals("get-contexts")) {
      flags.add(Flag.bool("no-headers", '\0', "Leave the headings out"));
      flags.add(Flags.output("name for names only", "name"));
    }
    if (verb.equals("view")) {
      flags.add(Flags.output("yaml, json or jsonpath=…", "yaml", "json", "jsonpath="));
    }
    return new Usage(
        ("config " + verb + " " + line).strip(), summary, examples, Usage.Args.CONTEXTS, flags);
  }

  @Override
  public int run(Cli cli) throws IOException {
    Config config = Config.load(cli.env());
    switch (verb) {
      case "get-contexts" -> contexts(cli, config);
      case "current-context" -> {
        if (config.current().isEmpty()) {
          throw CliException.error("current-context is not set");
        }
        cli.out().println(config.current());
      }
      case "use-context" -> use(cli, config, name(cli));
      case "set-context" -> set(cli, config);
      case "delete-context" -> {
        String name = existing(config, name(cli));
        config.without(name).save(cli.env());
        cli.out().println("deleted context " + name + " from " + Config.path(cli.env()));
      }
      default -> cli.out().print(view(config, cli.args().text("output", "yaml")));
    }
    return 0;
  }

  private static String view(Config config, String output) {
    return switch (Format.of(output)) {
      case Format.Yaml _ -> YamlPrinter.print(config.json());
      case Format.Json _ -> JsonPrinter.print(config.json());
      case Format.Path path -> path.print(config.json());
      default ->
          throw CliException.error(
              "unable to match a printer suitable for the output format \""
                  + output
                  + "\", allowed formats are: json,jsonpath=,yaml");
    };
  }

  private static String name(Cli cli) {
    if (cli.args().words().size() != 1) {
      throw CliException.error("exactly one context name is required");
    }
    return cli.args().words().getFirst();
  }

  private static String existing(Config config, String name) {
    if (config.find(name).isEmpty()) {
      throw CliException.error("no context exists with the name: \"" + name + "\"");
    }
    return name;
  }

  private static void use(Cli cli, Config config, String name) throws IOException {
    new Config(existing(config, name), config.contexts()).save(cli.env());
    cli.out().println("Switched to context \"" + name + "\".");
  }

  private static void contexts(Cli cli, Config config) {
    List<String> words = cli.args().words();
    words.forEach(w -> existing(config, w));
    List<Config.Context> shown =
        config.contexts().stream()
            .filter(c -> words.isEmpty() || words.contains(c.name()))
            .toList();
    if (cli.args().text("output", "").equals("name")) {
      shown.forEach(c -> cli.out().println(Escapes.line(c.name())));
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Config.Context c : shown) {
      String mark = c.name().equals(config.current()) ? "*" : "";
      rows.add(List.of(mark, c.name(), c.server(), c.namespace(), c.tokenFile()));
    }
    Table table = new Table(List.of("CURRENT", "NAME", "SERVER", "NAMESPACE", "TOKEN-FILE"));
    cli.out().print(table.print(rows, !cli.args().is("no-headers")));
  }

  private static void set(Cli cli, Config config) throws IOException {
    boolean current = cli.args().is("current");
    String name = current ? config.current() : name(cli);
    if (name.isEmpty()) {
      throw CliException.error("no current context is set");
    }
    boolean known = config.find(name).isPresent();
    Config.Context old = config.find(name).orElseGet(() -> new Config.Context(name, "", "", ""));
    String token = cli.args().text("token-file", old.tokenFile());
    // The file is read from other folders later.
    String absolute =
        cli.args().has("token-file") && !token.isEmpty()
            ? cli.env().file(token).toAbsolutePath().normalize().toString()
            : token;
    config
        .with(
            new Config.Context(
                name,
                cli.args().text("server", old.server()),
                absolute,
                cli.args().text("namespace", old.namespace())))
        .save(cli.env());
    cli.out().println("Context \"" + name + "\" " + (known ? "modified." : "created."));
  }
}
