package dev.capstan.ctl.verb;

import dev.capstan.ctl.Capstan;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Console;
import dev.capstan.ctl.Env;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.print.Format;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.print.Printer;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code __train}: goes through the command's common paths once and prints nothing, for the run
 * that makes the AOT cache. Works with or without a server; changes nothing on it.
 */
public final class Train implements Command {

  private static final String MANIFEST =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: capstan-training, labels: {app: training}}
      spec:
        replicas: 2
        selector: {matchLabels: {app: training}}
        template:
          metadata: {labels: {app: training}}
          spec:
            containers:
            - name: web
              image: "training:1"
              ports: [{containerPort: 8080}]
              resources: {requests: {cpu: 100m}}
              readinessProbe: {tcpSocket: {port: 8080}}
      """;

  @Override
  public Usage usage() {
    return new Usage(
        "__train", "Train the AOT cache", "capstan __train", Usage.Args.NONE, List.of());
  }

  @Override
  public int run(Cli cli) {
    for (String line :
        List.of(
            "get pods -A",
            "get pods -A -o wide",
            "get deploy,rs -A --show-labels",
            "get nodes -o yaml",
            "get nodes -o json",
            "get pods -A -o jsonpath={.items[*].metadata.name}",
            "get pods -A --sort-by=.metadata.name",
            "describe nodes",
            "describe pods",
            "describe deployments",
            "events -A",
            "version",
            "config get-contexts",
            "api-resources",
            "help",
            "run --help",
            "run capstan-training --image=training:1 --port=80 --dry-run=client -o yaml",
            "run capstan-training --image=training:1 --port=80 --dry-run=server",
            "apply -f - --dry-run=client",
            "apply -f - --dry-run=server",
            "scale deploy/capstan-training --replicas=1 --dry-run=server",
            "set image deploy/capstan-training web=x:1 --dry-run=server",
            "rollout status deploy/capstan-training -w=false",
            "rolling-update capstan-training --image=x:1 --timeout=1s",
            "logs deploy/capstan-training",
            "delete deploy/capstan-training --dry-run=server",
            "__complete get pods ")) {
      quietly(cli, line);
    }
    print(cli);
    return 0;
  }

  private static void print(Cli cli) {
    for (Item item : TrainingObjects.items(cli.kinds(), cli.now())) {
      for (String format : List.of("", "wide", "yaml", "json", "name")) {
        Printer.plain(Format.of(format)).list(List.of(item, item), cli.now());
      }
    }
  }

  private static void quietly(Cli cli, String line) {
    List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
    for (String flag : List.of("context", "server", "token-file")) {
      String value = cli.args().text(flag);
      if (value != null && !line.startsWith("__")) {
        words.add("--" + flag + "=" + value);
      }
    }
    Env env = cli.env();
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Env quiet =
        new Env(
            env.variables(),
            env.home(),
            env.directory(),
            new ByteArrayInputStream(MANIFEST.getBytes(StandardCharsets.UTF_8)),
            nowhere,
            nowhere,
            false,
            false,
            Console.NONE,
            env.seam(),
            env.connector());
    new Capstan(quiet).run(words);
  }
}
