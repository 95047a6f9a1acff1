package dev.capstan.e2e.bench;

/**
 * One question about speed or size, and the way to its answer.
 *
 * <p>To add one: implement this and name it in {@link Benchmarks}. {@link #run} is given a {@link
 * Run}, through which it
 *
 * <ul>
 *   <li>starts real processes: {@code run.cluster()} is a builder, the {@link Cluster} it starts
 *       has ports, a folder and an etcd of its own and goes with the run;
 *   <li>says what it is doing: {@code run.progress("…")}, a line on standard error;
 *   <li>reports: {@code run.report(Figure.of("1,000 nodes", "run 1000: Running", "s").add(…))};
 *       each added number is a repeat, the median is what the table shows;
 *   <li>checks: {@code run.check("exactly 1000 pods", count == 1000, "there are " + count)}. A
 *       check that fails fails the benchmark, whatever its figures.
 * </ul>
 *
 * <p>Rules: warm up before what is measured, or say "cold" in the measure's name. Measure with
 * {@link Stopwatch}. Take CPU time and memory of processes with {@link Cluster#usage}, so that a
 * figure means something on a busy machine too. State what is simulated with {@code run.condition}.
 * Watch with {@link Observer} where pods are involved: it holds the invariants at every revision.
 * With {@code run.smoke()} do the same on the smallest scale that still shows that the benchmark
 * works, in about ten seconds.
 */
interface Benchmark {

  /** What it is called on the command line. */
  String name();

  /** What it measures, in a line. */
  String title();

  /** Does it. An exception fails it, and what was reported until then is still shown. */
  void run(Run run) throws Exception;
}
