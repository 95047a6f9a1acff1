package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Everything that a run is given. The same scenario is the same run, step for step.
 *
 * <p>Written down, it is a line each for seed, shape and steps; '#' begins a comment:
 *
 * <pre>
 * seed 42
 * nodes 3
 * standby 1
 * 0.500s deploy user=ada name=web replicas=3
 * 2.250s crash on=scheduler-0 for=1.500s steps=17
 * </pre>
 *
 * @param seed decides the order of everything
 * @param nodes 1 to 50
 * @param standby schedulers and controller-managers beside the first, 0 or 1
 * @param steps in the order of their times
 */
public record Scenario(long seed, int nodes, int standby, List<Step> steps) {

  /** Throws {@link ScenarioException} for what makes no sense. */
  public Scenario {
    if (nodes < 1 || nodes > 50) {
      throw new ScenarioException("nodes " + nodes + ": must be from 1 to 50");
    }
    if (standby < 0 || standby > 1) {
      throw new ScenarioException("standby " + standby + ": must be 0 or 1");
    }
    for (Step step : steps) {
      int node = step.number(Argument.NODE, 0);
      if (node >= nodes) {
        throw new ScenarioException("'" + step + "': there are " + nodes + " nodes, from 0");
      }
    }
    steps = steps.stream().sorted(Comparator.comparing(Step::at)).toList();
  }

  /** The same seed and shape with other steps. */
  public Scenario with(List<Step> others) {
    return new Scenario(seed, nodes, standby, others);
  }

  /** What users do. */
  public List<Step> userSteps() {
    return only(step -> step.verb().byUser());
  }

  /** What goes wrong. */
  public List<Step> faults() {
    return only(step -> !step.verb().byUser());
  }

  /** The same without anything going wrong. */
  public Scenario withoutFaults() {
    return with(userSteps());
  }

  private List<Step> only(Predicate<Step> which) {
    return steps.stream().filter(which).toList();
  }

  /** When the last step is due. */
  public Duration end() {
    return steps.isEmpty() ? Duration.ZERO : steps.getLast().at();
  }

  /** As it is written. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append("seed ").append(seed).append('\n');
    text.append("nodes ").append(nodes).append('\n');
    text.append("standby ").append(standby).append('\n');
    steps.forEach(step -> text.append(step).append('\n'));
    return text.toString();
  }

  /**
   * Reads what {@link #text} writes.
   *
   * @param name of the file, for messages
   */
  public static Scenario parse(String name, String text) {
    Map<String, Long> header = new LinkedHashMap<>();
    List<Step> steps = new ArrayList<>();
    int number = 0;
    for (String raw : text.split("\n", -1)) {
      number++;
      String line = raw.replaceFirst("#.*", "").strip();
      try {
        if (line.isEmpty()) {
          continue;
        }
        if (Character.isLetter(line.charAt(0))) {
          header(line, header);
        } else {
          steps.add(Step.parse(line));
        }
      } catch (ScenarioException e) {
        throw new ScenarioException(name + ":" + number + ": " + e.getMessage());
      }
    }
    try {
      return new Scenario(
          required(header, "seed"),
          Math.toIntExact(required(header, "nodes")),
          Math.toIntExact(header.getOrDefault("standby", 0L)),
          steps);
    } catch (ScenarioException e) {
      throw new ScenarioException(name + ": " + e.getMessage());
    }
  }

  private static void header(String line, Map<String, Long> header) {
    String[] words = line.split("\\s+");
    if (words.length != 2 || !words[0].matches("seed|nodes|standby")) {
      throw new ScenarioException(
          "'" + line + "': expected 'seed N', 'nodes N', 'standby N', or a time and a verb");
    }
    try {
      if (header.put(words[0], Long.parseLong(words[1])) != null) {
        throw new ScenarioException(words[0] + " is said twice");
      }
    } catch (NumberFormatException e) {
      throw new ScenarioException(words[0] + " " + words[1] + ": must be a whole number");
    }
  }

  private static long required(Map<String, Long> header, String word) {
    Long value = header.get(word);
    if (value == null) {
      throw new ScenarioException("there is no line '" + word + " N'");
    }
    return word.equals("seed") ? value : Math.clamp(value, -1, 1_000_000);
  }
}
