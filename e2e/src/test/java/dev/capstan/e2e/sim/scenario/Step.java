package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that somebody does or that goes wrong.
 *
 * @param at simulated time since the start
 * @param verb what
 * @param arguments its details, checked
 */
public record Step(Duration at, Verb verb, Map<Argument, String> arguments) {

  /** Throws {@link ScenarioException} for what is missing, unknown or makes no sense. */
  public Step {
    for (Argument argument : verb.required()) {
      if (!arguments.containsKey(argument)) {
        throw new ScenarioException(verb.word() + " needs " + argument.word() + "=…");
      }
    }
    arguments.forEach((argument, value) -> {
      if (!verb.takes(argument)) {
        throw new ScenarioException(verb.word() + " does not take " + argument.word());
      }
      argument.check(value);
      if (argument == Argument.DEED && !Verb.of(value).byUser()) {
        throw new ScenarioException("deed=" + value + ": is nothing that users do");
      }
    });
    arguments = java.util.Collections.unmodifiableMap(new EnumMap<>(arguments));
  }

  /** Makes a step, argument by argument. */
  public static Builder at(Duration at, Verb verb) {
    return new Builder(at, verb);
  }

  /** A step in the making. */
  public static final class Builder {
    private final Duration at;
    private final Verb verb;
    private final Map<Argument, String> arguments = new EnumMap<>(Argument.class);

    private Builder(Duration at, Verb verb) {
      this.at = at;
      this.verb = verb;
    }

    /** Adds an argument. */
    public Builder with(Argument argument, Object value) {
      arguments.put(argument, value.toString());
      return this;
    }

    /** Adds a time, in milliseconds. */
    public Builder withMillis(Argument argument, long millis) {
      return with(argument, seconds(Duration.ofMillis(millis)));
    }

    public Step build() {
      return new Step(at, verb, new EnumMap<>(arguments.isEmpty() ? none() : arguments));
    }

    private static Map<Argument, String> none() {
      return new EnumMap<>(Argument.class);
    }
  }

  /** A required argument. */
  public String text(Argument argument) {
    return find(argument)
        .orElseThrow(() -> new ScenarioException(verb.word() + " lacks " + argument.word()));
  }

  /** An optional argument. */
  public Optional<String> find(Argument argument) {
    return Optional.ofNullable(arguments.get(argument));
  }

  /** A required number. */
  public int number(Argument argument) {
    return Integer.parseInt(text(argument));
  }

  /** A number that may be left out. */
  public int number(Argument argument, int otherwise) {
    return find(argument).map(Integer::parseInt).orElse(otherwise);
  }

  /** A required time. */
  public Duration time(Argument argument) {
    return duration(text(argument));
  }

  /** Reads "2.5s". */
  static Duration duration(String text) {
    String number = text.substring(0, text.length() - 1);
    return Duration.ofMillis(Math.round(Double.parseDouble(number) * 1000));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3fs", time.toMillis() / 1000.0);
  }

  /** As it is written: time, verb, arguments. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(seconds(at)).append(' ').append(verb.word());
    arguments.forEach((a, value) -> line.append(' ').append(a.word()).append('=').append(value));
    return line.toString();
  }

  /** Reads what {@link #toString} writes. */
  static Step parse(String line) {
    String[] words = line.strip().split("\\s+");
    if (words.length < 2 || !words[0].matches("\\d{1,5}(\\.\\d{1,3})?s")) {
      throw new ScenarioException("expected a time and a verb, e.g. '1.5s scale user=ada …'");
    }
    Map<Argument, String> arguments = new EnumMap<>(Argument.class);
    for (int i = 2; i < words.length; i++) {
      String[] pair = words[i].split("=", 2);
      if (pair.length != 2) {
        throw new ScenarioException("'" + words[i] + "': expected argument=value");
      }
      if (arguments.put(argument(pair[0]), pair[1]) != null) {
        throw new ScenarioException(pair[0] + " is said twice");
      }
    }
    return new Step(duration(words[0]), Verb.of(words[1]), arguments);
  }

  private static Argument argument(String word) {
    for (Argument argument : Argument.values()) {
      if (argument.word().equals(word)) {
        return argument;
      }
    }
    throw new ScenarioException("'" + word + "' is no argument of any verb");
  }
}
