package dev.capstan.client.ops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;

/** Named checks; a process is ready when all hold. */
public final class Readiness {

  private final Map<String, BooleanSupplier> checks = new ConcurrentSkipListMap<>();

  /** Adds a check; it must be quick and not block. */
  public Readiness check(String name, BooleanSupplier holds) {
    checks.put(name, holds);
    return this;
  }

  /** What each check says now, by name. */
  public Map<String, Boolean> results() {
    Map<String, Boolean> results = new LinkedHashMap<>();
    checks.forEach((name, holds) -> results.put(name, holds.getAsBoolean()));
    return results;
  }

  /** The names of checks that do not hold. */
  public List<String> failing() {
    return results().entrySet().stream().filter(e -> !e.getValue()).map(Map.Entry::getKey).toList();
  }
}
