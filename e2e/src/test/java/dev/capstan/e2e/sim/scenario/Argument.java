package dev.capstan.e2e.sim.scenario;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a step of a scenario may say, and how. */
public enum Argument {
  /** Who acts. Everybody acts in a namespace of that name. */
  USER("a lower-case name", "[a-z][a-z0-9]{0,15}"),
  /** Of an object. */
  NAME("a lower-case name", "[a-z][a-z0-9-]{0,15}"),
  REPLICAS("a number from 0 to 500", 0, 500),
  SURGE("a number from 0 to 100", 0, 100),
  UNAVAILABLE("a number from 0 to 100", 0, 100),
  /** Seconds. */
  MIN_READY("a number from 0 to 60", 0, 60),
  HISTORY("a number from 0 to 10", 0, 10),
  IMAGE("name:tag", "[a-z]+:[a-z0-9]+"),
  /** Millicores. */
  CPU("a number from 1 to 32000", 1, 32_000),
  PRIORITY("a number from 0 to 1000", 0, 1000),
  STRATEGY(List.of("RollingUpdate", "Recreate")),
  CASCADE(List.of("background", "foreground", "orphan")),
  COUNT("a number from 1 to 100", 1, 100),
  VALUE("a word", "[a-z0-9]{1,20}"),
  /** Index of a node. */
  NODE("a number from 0 to 49", 0, 49),
  /** A process: scheduler-0, controllers-1, kubelet-2, api-server or users. */
  ON("a process, e.g. scheduler-0", "(scheduler|controllers|kubelet)-\\d{1,2}|api-server|users"),
  /** Which service has a leader. */
  SERVICE(List.of("scheduler", "controllers")),
  /** How many chances are let pass before it strikes. */
  SKIP("a number from 0 to 9999", 0, 9999),
  /** Pieces of work of anybody, before it strikes. */
  STEPS("a number from 0 to 99999", 0, 99_999),
  MOMENT(List.of("before", "after")),
  /** A kind of write, but for leases, events and nodes. */
  CALL(List.of("bind", "create", "delete", "patch", "status", "update")),
  /** From the moment it strikes on, what the process watches arrives late for so long. */
  LAG("a time, e.g. 2.5s", "\\d{1,5}(\\.\\d{1,3})?s"),
  /** What happens to an object. */
  UNTIL(List.of("changed", "gone", "remade")),
  /** What a call is answered with. */
  CODE(List.of("data-loss", "internal", "permission-denied", "unavailable")),
  /** A kind of objects. */
  KIND(List.of("deployment", "namespace", "node", "pod", "replicaset")),
  /** What ends it. */
  END(List.of("mended", "deleted")),
  /** Something that users do. */
  DEED("what users do, e.g. repod", "[a-z]{1,12}(-[a-z]{1,12})?"),
  /** After which a deletion that is not over yet is done by force. */
  FORCE("a time, e.g. 0.5s", "\\d{1,3}(\\.\\d{1,3})?s"),
  FOR("a time, e.g. 2.5s", "\\d{1,5}(\\.\\d{1,3})?s"),
  /** May be negative. */
  BY("a time, e.g. -3600s", "-?\\d{1,6}(\\.\\d{1,3})?s"),
  PERCENT("a number from 10 to 1000", 10, 1000);

  private final String expected;
  private final Pattern pattern;
  private final int least;
  private final int most;

  Argument(String expected, String pattern) {
    this.expected = expected;
    this.pattern = Pattern.compile(pattern);
    this.least = 0;
    this.most = 0;
  }

  Argument(String expected, int least, int most) {
    this.expected = expected;
    this.pattern = Pattern.compile("\\d{1,6}");
    this.least = least;
    this.most = most;
  }

  Argument(List<String> choices) {
    this(String.join(", ", choices), String.join("|", choices));
  }

  /** As it is written. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Throws unless {@code text} can be its value. */
  void check(String text) {
    boolean number = most > 0;
    if (!pattern.matcher(text).matches()
        || number && (Integer.parseInt(text) < least || Integer.parseInt(text) > most)) {
      throw new ScenarioException(word() + "=" + text + ": must be " + expected);
    }
  }
}
