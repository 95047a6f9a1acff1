package dev.capstan.ctl.verb;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.LabelSelectors;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.ListOptions;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.args.Parsed;
import dev.capstan.ctl.cluster.Target;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code logs}: what containers printed. */
public final class Logs implements Command {

  private static final long TAIL_OF_MANY = 10;

  @Override
  public Usage usage() {
    return new Usage(
        "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [flags]",
        "Print the log of a container",
        """
        capstan logs web-5d9
        capstan logs -f deploy/web               # follow one pod of the deployment
        capstan logs web-5d9 --previous          # the container before its last restart
        capstan logs -l app=web --prefix         # the last lines of each pod
        capstan logs web-5d9 --tail=20 --since=10m --timestamps
        """,
        Usage.Args.PODS,
        List.of(
            Flag.bool("follow", 'f', "Go on printing what comes"),
            Flag.bool("previous", 'p', "The instance before the current one"),
            Flag.text("container", 'c', "Container of the pod"),
            Flag.bool("all-containers", '\0', "All containers of the pod"),
            Flag.number(
                "tail", null, "Last N lines only; -1 for all (default all, 10 with a selector)"),
            Flag.duration("since", null, "Lines of the last 5s, 2m or 3h only"),
            Flag.text("since-time", '\0', "Lines after a time only, e.g. 2026-11-22T10:00:00Z"),
            Flag.bool("timestamps", '\0', "A time before each line"),
            Flag.bool("prefix", '\0', "Pod and container before each line"),
            Flag.number("limit-bytes", null, "Stop after this many bytes"),
            Flag.number(
                "max-log-requests", "5", "Logs to follow at once with a selector (default 5)"),
            Flags.SELECTOR));
  }

  @Override
  public int run(Cli cli) throws Exception {
    boolean selects = cli.args().has("selector");
    List<Pod> pods = selects ? selected(cli) : List.of(named(cli));
    List<LogStreams.Source> sources = new ArrayList<>();
    for (Pod pod : pods) {
      for (String container : containers(cli, pod)) {
        sources.add(new LogStreams.Source(pod, container, request(cli, pod, container, selects)));
      }
    }
    Long most = cli.args().number("max-log-requests");
    if (cli.args().is("follow") && most != null && sources.size() > most) {
      throw CliException.error(
          "you are attempting to follow "
              + sources.size()
              + " log streams, but maximum allowed"
              + " concurrency is "
              + most
              + ", use --max-log-requests to increase the limit");
    }
    return new LogStreams(cli, cli.args().is("prefix")).print(sources, cli.args().is("follow"));
  }

  private static List<Pod> selected(Cli cli) throws InterruptedException {
    if (!cli.args().words().isEmpty()) {
      throw CliException.error("only a selector (-l) or a POD name is allowed");
    }
    ListOptions options = Selectors.labels(cli);
    List<Pod> pods = cli.api().pods().namespace(cli.namespace()).list(options).items();
    if (pods.isEmpty()) {
      cli.err().println("No resources found in " + cli.namespace() + " namespace.");
    }
    return pods;
  }

  private static Pod named(Cli cli) throws InterruptedException {
    List<String> words = cli.args().words();
    if (words.isEmpty() || words.size() > 2) {
      throw CliException.error(
          "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
              + "POD or TYPE/NAME is a required argument for the logs command");
    }
    String word = words.getFirst();
    if (!word.contains("/")) {
      return cli.api().pods().namespace(cli.namespace()).get(word);
    }
    Target target = Target.parse(cli.kinds(), List.of(word)).getFirst();
    return switch (target.kind().name()) {
      case "Pod" -> cli.api().pods().namespace(cli.namespace()).get(target.name());
      case "Deployment" ->
          one(
              cli,
              LabelSelectors.print(
                  cli.api()
                      .deployments()
                      .namespace(cli.namespace())
                      .get(target.name())
                      .getSpec()
                      .getSelector()),
              target);
      case "ReplicaSet" ->
          one(
              cli,
              LabelSelectors.print(
                  cli.api()
                      .replicaSets()
                      .namespace(cli.namespace())
                      .get(target.name())
                      .getSpec()
                      .getSelector()),
              target);
      default ->
          throw CliException.error(
              "cannot get the logs from " + target.kind().name() + ": it has no pods");
    };
  }

  /**
   * The pod of several that most likely has something to say: ready before running before the rest.
   */
  private static Pod one(Cli cli, String selector, Target target) throws InterruptedException {
    List<Pod> pods =
        cli.api().pods().namespace(cli.namespace()).list(ListOptions.labels(selector)).items();
    Pod best =
        pods.stream()
            .min(
                Comparator.<Pod>comparingInt(Logs::rank)
                    .thenComparing(p -> p.getMetadata().getCreationTimestamp().getSeconds())
                    .thenComparing(p -> p.getMetadata().getName()))
            .orElseThrow(() -> CliException.error("no pods found for " + target.display()));
    if (pods.size() > 1) {
      cli.err()
          .println("Found " + pods.size() + " pods, using pod/" + best.getMetadata().getName());
      cli.err().flush();
    }
    return best;
  }

  private static int rank(Pod p) {
    boolean ready = Conditions.isTrue(p.getStatus().getConditionsList(), WellKnown.CONDITION_READY);
    boolean running = p.getStatus().getPhase().equals("Running");
    int going = p.getMetadata().hasDeletionTimestamp() ? 4 : 0;
    return going + (ready ? 0 : running ? 1 : 2);
  }

  private static List<String> containers(Cli cli, Pod pod) {
    List<String> names =
        pod.getSpec().getContainersList().stream().map(Container::getName).toList();
    String asked = cli.args().text("container");
    if (cli.args().is("all-containers")) {
      return names;
    }
    if (asked == null && cli.args().words().size() == 2) {
      asked = cli.args().words().get(1);
    }
    if (asked != null) {
      if (!names.contains(asked)) {
        throw CliException.error(
            "container "
                + asked
                + " is not valid for pod "
                + pod.getMetadata().getName()
                + " (there is: "
                + String.join(", ", names)
                + ")");
      }
      return List.of(asked);
    }
    if (names.size() > 1) {
      cli.err()
          .println(
              names.stream()
                  .collect(
                      Collectors.joining(
                          ", ", "Defaulted container \"" + names.getFirst() + "\" out of: ", "")));
    }
    return names.subList(0, Math.min(1, names.size()));
  }

  private static LogsRequest request(Cli cli, Pod pod, String container, boolean selects) {
    Parsed args = cli.args();
    LogsRequest.Builder request =
        LogsRequest.newBuilder()
            .setNamespace(pod.getMetadata().getNamespace())
            .setName(pod.getMetadata().getName())
            .setUid(pod.getMetadata().getUid())
            .setContainer(container)
            .setFollow(args.is("follow"))
            .setPrevious(args.is("previous"))
            .setTimestamps(args.is("timestamps"));
    Long tail = args.number("tail");
    if (tail != null && tail < -1) {
      throw CliException.error("--tail must be greater than or equal to -1");
    }
    if (tail == null && selects) {
      tail = TAIL_OF_MANY;
    }
    if (tail != null && tail >= 0) {
      request.setTailLines(tail);
    }
    Long limit = args.number("limit-bytes");
    if (limit != null) {
      if (limit < 1) {
        throw CliException.error("--limit-bytes must be greater than 0");
      }
      request.setLimitBytes(limit);
    }
    since(args.duration("since"), args.text("since-time"), request);
    return request.build();
  }

  private static void since(
      @Nullable Duration since, @Nullable String time, LogsRequest.Builder request) {
    if (since != null && time != null) {
      throw CliException.error("at most one of --since or --since-time may be specified");
    }
    if (since != null && since.isNegative()) {
      throw CliException.error("--since must be greater than 0");
    }
    if (since != null && since.isPositive()) {
      request.setSinceSeconds(since.plusNanos(999_999_999).toSeconds());
    }
    if (time != null) {
      try {
        request.setSinceTime(ApiTimes.of(OffsetDateTime.parse(time).toInstant()));
      } catch (DateTimeParseException e) {
        throw CliException.error(
            "--since-time must be a time such as 2026-11-22T10:00:00Z, not " + time);
      }
    }
  }
}
