package dev.capstan.client.ops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Named checks; a process is ready when all hold. */
public final class Readiness {

  private final Map<String, Supplier<String>> checks = new ConcurrentSkipListMap<>();

  /** Adds a check; it must be quick and not block. */
  public Readiness check(String name, BooleanSupplier holds) {
    checks.put(name, () -> holds.getAsBoolean() ? "" : "failed");
    return this;
  }

  /**
   * Adds a check that says why it does not hold.
   *
   * @param trouble empty if it holds; must be quick and not block
   */
  public Readiness check(String name, Supplier<String> trouble) {
    checks.put(
        name,
        () -> {
          String text = trouble.get();
          return text.isEmpty() ? "" : "failed: " + text;
        });
    return this;
  }

  /** By each check's name how it failed; empty where it holds. */
  public Map<String, String> results() {
    Map<String, String> results = new LinkedHashMap<>();
    checks.forEach((name, trouble) -> results.put(name, trouble.get()));
    return results;
  }

  /** The names of checks that do not hold. */
  public List<String> failing() {
    return results().entrySet().stream()
        .filter(e -> !e.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }
}
