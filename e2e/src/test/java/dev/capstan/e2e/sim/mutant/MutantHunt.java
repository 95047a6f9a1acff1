package dev.capstan.e2e.sim.mutant;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds out what becomes of mutants, several at a time: each is compiled and has a JVM of its own.
 */
final class MutantHunt {

  private final MutantSources sources;
  private final MutantCompiler compiler;
  private final MutantJvm jvm;
  private final Path work;
  private final ReentrantLock compiling = new ReentrantLock();
  private final ReentrantLock passing = new ReentrantLock();

  /** Which seeds pass without any mutant: many mutants are found by the same few. */
  private final Map<Long, Boolean> passes = new HashMap<>();

  /**
   * @param work where compiled classes go
   */
  MutantHunt(MutantSources sources, MutantCompiler compiler, MutantJvm jvm, Path work) {
    this.sources = sources;
    this.compiler = compiler;
    this.jvm = jvm;
    this.work = work;
  }

  /** Plays seeds against a mutant; one that fails must pass without it. */
  Verdict verdict(Mutant mutant, long from, long to) throws IOException, InterruptedException {
    Path classes = work.resolve(mutant.name());
    try {
      compile(mutant, classes);
    } catch (MutantException e) {
      return new Verdict.Broken(String.valueOf(e.getMessage()));
    }
    Verdict verdict = jvm.mutated(classes, from, to);
    return verdict instanceof Verdict.Killed killed && !passes(killed.seed())
        ? new Verdict.Broken("seed " + killed.seed() + " fails without the mutant, too")
        : verdict;
  }

  private void compile(Mutant mutant, Path into) {
    compiling.lock();
    try {
      compiler.compile(mutant.name(), sources.apply(mutant), into);
    } finally {
      compiling.unlock();
    }
  }

  private boolean passes(long seed) throws IOException, InterruptedException {
    passing.lock();
    try {
      Boolean known = passes.get(seed);
      boolean result = known == null ? jvm.asItIs(seed) instanceof Verdict.Survived : known;
      passes.put(seed, result);
      return result;
    } finally {
      passing.unlock();
    }
  }
}
