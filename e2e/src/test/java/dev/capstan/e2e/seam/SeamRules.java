package dev.capstan.e2e.seam;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is forbidden outside the seam, as calls and method references. The lists name types of the
 * JDK and of gRPC; a call on a subtype counts.
 */
final class SeamRules {

  /** A forbidden call. */
  record Finding(String caller, String target, String rule) {
    @Override
    public String toString() {
      return caller + " calls " + target + " (" + rule + ")";
    }
  }

  /** Which overloads of a method are meant. */
  private enum Form {
    ANY,
    /** Those with a limit of time: a long, a TimeUnit or a Duration among the parameters. */
    TIMED,
    /**
     * Collections of two or more elements given one by one or copied, whose order changes with
     * every JVM.
     */
    SEVERAL,
    /** Without a ticker. */
    TICKERLESS
  }

  private record Rule(String owner, String method, Form form, String why) {}

  private static final String TIME = "time passes in Clock alone";
  private static final String WAIT =
      "a timed wait comes back from a foreign thread: Clock.awaitUntil";
  private static final String THREAD = "threads come from Threads";
  private static final String CHANCE = "chance comes from Seam.random";
  private static final String ORDER =
      "its order changes with every JVM: LinkedHashMap, TreeMap, List";

  private static final List<Rule> RULES =
      Stream.of(
              all(Form.ANY, TIME, "java.lang.System", "currentTimeMillis", "nanoTime"),
              all(Form.ANY, TIME, "java.time.Instant", "now"),
              all(Form.ANY, TIME, "java.time.LocalDate", "now"),
              all(Form.ANY, TIME, "java.time.LocalDateTime", "now"),
              all(Form.ANY, TIME, "java.time.OffsetDateTime", "now"),
              all(Form.ANY, TIME, "java.time.ZonedDateTime", "now"),
              all(Form.ANY, TIME, "java.time.Clock", "systemUTC", "systemDefaultZone", "system"),
              all(Form.ANY, TIME, "java.util.Date", "<init>"),
              all(Form.ANY, WAIT, "java.lang.Thread", "sleep"),
              all(Form.TIMED, WAIT, "java.lang.Thread", "join"),
              all(
                  Form.ANY,
                  WAIT,
                  "java.util.concurrent.TimeUnit",
                  "sleep",
                  "timedJoin",
                  "timedWait"),
              all(Form.ANY, WAIT, "java.lang.Object", "wait", "notify", "notifyAll"),
              all(Form.TIMED, WAIT, "java.util.concurrent.locks.Condition", "await"),
              all(
                  Form.ANY,
                  WAIT,
                  "java.util.concurrent.locks.Condition",
                  "awaitNanos",
                  "awaitUntil"),
              all(Form.TIMED, WAIT, "java.util.concurrent.locks.Lock", "tryLock"),
              all(
                  Form.ANY,
                  WAIT,
                  "java.util.concurrent.locks.LockSupport",
                  "parkNanos",
                  "parkUntil"),
              all(Form.TIMED, WAIT, "java.util.concurrent.Semaphore", "tryAcquire"),
              all(Form.TIMED, WAIT, "java.util.concurrent.CountDownLatch", "await"),
              all(Form.TIMED, WAIT, "java.util.concurrent.CyclicBarrier", "await"),
              all(Form.TIMED, WAIT, "java.util.concurrent.Phaser", "awaitAdvanceInterruptibly"),
              all(Form.TIMED, WAIT, "java.util.concurrent.Exchanger", "exchange"),
              all(Form.TIMED, WAIT, "java.util.concurrent.BlockingQueue", "poll", "offer"),
              all(Form.TIMED, WAIT, "java.util.concurrent.Future", "get"),
              all(
                  Form.ANY,
                  WAIT,
                  "java.util.concurrent.CompletableFuture",
                  "orTimeout",
                  "completeOnTimeout",
                  "delayedExecutor"),
              all(
                  Form.ANY,
                  WAIT,
                  "java.util.concurrent.ExecutorService",
                  "awaitTermination",
                  "close"),
              all(Form.TIMED, WAIT, "java.lang.Process", "waitFor"),
              all(Form.ANY, WAIT, "io.grpc.ManagedChannel", "awaitTermination"),
              all(Form.TIMED, WAIT, "io.grpc.Server", "awaitTermination"),
              all(Form.ANY, WAIT, "java.util.Timer", "<init>"),
              all(
                  Form.ANY,
                  WAIT,
                  "java.util.concurrent.ScheduledExecutorService",
                  "schedule",
                  "scheduleAtFixedRate",
                  "scheduleWithFixedDelay"),
              all(Form.ANY, TIME, "io.grpc.CallOptions", "withDeadlineAfter"),
              all(Form.ANY, TIME, "io.grpc.stub.AbstractStub", "withDeadlineAfter"),
              all(Form.TICKERLESS, TIME, "io.grpc.Deadline", "after"),
              all(Form.ANY, TIME, "io.grpc.Context", "withDeadlineAfter"),
              all(
                  Form.ANY,
                  THREAD,
                  "java.lang.Thread",
                  "<init>",
                  "ofVirtual",
                  "ofPlatform",
                  "startVirtualThread"),
              all(
                  Form.ANY,
                  THREAD,
                  "java.util.concurrent.Executors",
                  "newCachedThreadPool",
                  "newFixedThreadPool",
                  "newSingleThreadExecutor",
                  "newSingleThreadScheduledExecutor",
                  "newScheduledThreadPool",
                  "newVirtualThreadPerTaskExecutor",
                  "newThreadPerTaskExecutor",
                  "newWorkStealingPool"),
              all(Form.ANY, THREAD, "java.util.concurrent.ThreadPoolExecutor", "<init>"),
              all(Form.ANY, THREAD, "java.util.concurrent.ForkJoinPool", "<init>", "commonPool"),
              all(
                  Form.ANY,
                  THREAD,
                  "java.util.concurrent.CompletableFuture",
                  "supplyAsync",
                  "runAsync",
                  "thenRunAsync",
                  "thenApplyAsync",
                  "thenAcceptAsync"),
              all(Form.ANY, THREAD, "java.util.Collection", "parallelStream"),
              all(Form.ANY, THREAD, "java.util.stream.BaseStream", "parallel"),
              all(Form.ANY, CHANCE, "java.util.UUID", "randomUUID"),
              all(Form.ANY, CHANCE, "java.lang.Math", "random"),
              all(Form.ANY, CHANCE, "java.util.Random", "<init>"),
              all(Form.ANY, CHANCE, "java.security.SecureRandom", "<init>", "getInstanceStrong"),
              all(Form.ANY, CHANCE, "java.util.SplittableRandom", "<init>"),
              all(Form.ANY, CHANCE, "java.util.concurrent.ThreadLocalRandom", "current"),
              all(Form.ANY, CHANCE, "java.util.random.RandomGenerator", "getDefault", "of"),
              all(Form.ANY, CHANCE, "java.util.Collections", "shuffle"),
              all(Form.SEVERAL, ORDER, "java.util.Set", "of", "copyOf"),
              all(Form.SEVERAL, ORDER, "java.util.Map", "of", "ofEntries", "copyOf"),
              all(
                  Form.ANY,
                  ORDER,
                  "java.util.stream.Collectors",
                  "toUnmodifiableSet",
                  "toUnmodifiableMap"),
              all(Form.ANY, ORDER, "java.util.IdentityHashMap", "<init>"),
              all(Form.ANY, ORDER, "java.lang.System", "identityHashCode"))
          .flatMap(List::stream)
          .toList();

  private SeamRules() {}

  private static List<Rule> all(Form form, String why, String owner, String... methods) {
    return Stream.of(methods).map(m -> new Rule(owner, m, form, why)).toList();
  }

  /** Every forbidden call of a class. */
  static List<Finding> findings(JavaClass caller) {
    List<Finding> findings = new ArrayList<>();
    Stream.<JavaCodeUnitAccess<?>>concat(
            caller.getCodeUnitCallsFromSelf().stream(),
            caller.getCodeUnitReferencesFromSelf().stream())
        .forEach(access ->
            RULES.stream()
                .filter(rule -> breaks(access.getTarget(), rule))
                .findFirst()
                .ifPresent(rule -> findings.add(finding(caller, access.getTarget(), rule))));
    return findings;
  }

  private static Finding finding(JavaClass caller, CodeUnitAccessTarget target, Rule rule) {
    String name = target.getOwner().getSimpleName() + "." + target.getName();
    return new Finding(caller.getName(), name, rule.why);
  }

  private static boolean breaks(CodeUnitAccessTarget target, Rule rule) {
    if (!target.getName().equals(rule.method)) {
      return false;
    }
    boolean exact = rule.method.equals("<init>") || rule.form == Form.SEVERAL;
    boolean owned =
        exact
            ? target.getOwner().getName().equals(rule.owner)
            : target.getOwner().isAssignableTo(rule.owner);
    return owned && meant(target, rule.form);
  }

  private static boolean meant(CodeUnitAccessTarget target, Form form) {
    List<String> parameters =
        target.getRawParameterTypes().stream().map(JavaClass::getName).toList();
    return switch (form) {
      case ANY -> true;
      case TIMED ->
          parameters.contains("long")
              || parameters.contains("java.util.concurrent.TimeUnit")
              || parameters.contains("java.time.Duration");
      case SEVERAL -> several(target.getOwner().getName(), target.getName(), parameters);
      case TICKERLESS -> parameters.size() == 2;
    };
  }

  private static boolean several(String owner, String method, List<String> parameters) {
    int each = owner.equals("java.util.Map") ? 2 : 1;
    boolean array = parameters.stream().anyMatch(p -> p.startsWith("["));
    return !method.equals("of") || array || parameters.size() > each;
  }
}
