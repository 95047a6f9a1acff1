package dev.capstan.e2e.sim.check;

import com.google.protobuf.Message;
import dev.capstan.kvstore.KvStore;
import io.grpc.Status;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that must hold of a simulated cluster. Told what happens as it happens, from the first
 * revision of an empty store on; the first broken invariant is kept, told to the listener, and ends
 * the checking.
 *
 * <p>Not thread-safe: all calls come from the one carrier. No method blocks, and none throws for a
 * broken invariant but {@link #verify()}: they are called from inside the cluster, which must not
 * mistake a finding for a fault.
 *
 * <p>Methods are named as gRPC names them, with or without package: "capstan.v1.Pods/Create".
 * Process names tell roles: see {@link Role}.
 */
public final class Checks {

  private final Report report;
  private final World world;
  private final Requests requests;
  private final Setup setup;
  private final Wants wants = new Wants();
  private final OnePlace onePlace;
  private final Stops stops;
  private final Truthful truthful;
  private final Quiet quiet;
  private final Ending ending;
  private final Leftovers leftovers;
  private final Chronicle chronicle;
  private final Acknowledged acknowledged;
  private final Streams streams;
  private final Fencing fencing = new Fencing();
  private final Availability availability = new Availability();
  private final Heartbeats heartbeats;
  private final Owners owners = new Owners();
  private final List<Rule> rules;

  /** Checks that nobody listens to: ask {@link #broken()}. */
  public Checks(Setup setup) {
    this(setup, broken -> {});
  }

  /**
   * @param listener hears of the first broken invariant at once, on the thread that broke it
   */
  public Checks(Setup setup, Consumer<InvariantBroken> listener) {
    this.setup = setup;
    this.report = new Report(listener);
    this.world = new World(setup);
    this.requests = new Requests(setup.kinds());
    this.onePlace = new OnePlace(report, wants);
    this.stops = new Stops(world, report, setup);
    this.quiet = new Quiet(world, report, setup);
    this.ending = new Ending(world, report, owners, setup);
    this.leftovers = new Leftovers(world, report);
    this.acknowledged = new Acknowledged(world, report);
    this.truthful = new Truthful(report);
    this.streams = new Streams(world, report, setup);
    this.chronicle = new Chronicle(wants);
    NodeStates nodes = new NodeStates();
    Causes causes = new Causes(world, wants, nodes, setup);
    this.heartbeats = new Heartbeats(report, causes, setup);
    this.rules =
        List.of(
            chronicle,
            nodes,
            owners,
            availability,
            heartbeats,
            new Effects(report, wants, fencing),
            acknowledged,
            new Reads(world, report, setup),
            onePlace,
            truthful,
            quiet,
            new Lifecycles(report),
            new Successors(report, wants),
            new Deletions(world, report, wants, causes, setup),
            new Dismissals(report, wants, causes, owners, setup),
            new Capacity(report, wants, nodes, setup),
            new Rollouts(report, owners, availability, causes));
  }

  /** The first broken invariant; null while all hold. */
  public @Nullable InvariantBroken broken() {
    return report.first();
  }

  /** Throws the first broken invariant, if there is one. */
  public void verify() {
    InvariantBroken broken = report.first();
    if (broken != null) {
      throw broken;
    }
  }

  private boolean isOver() {
    return report.first() != null;
  }

  /**
   * A commit took effect. Called for every revision in order, before anybody is told of it.
   *
   * @param changes all of the revision, whatever the key
   */
  public void committed(long revision, List<KvStore.Change> changes, long nanos) {
    if (isOver()) {
      return;
    }
    report.at(revision);
    report.time(nanos);
    Commit commit = world.apply(revision, changes, nanos);
    rules.forEach(rule -> rule.committed(commit));
    fencing.take(revision, changes);
  }

  /**
   * The server has answered a call; its word must be true even if it never arrives. Optional.
   *
   * @param client name of the process that called
   * @param response null unless the status is OK
   */
  public void served(
      String client,
      String method,
      Message request,
      @Nullable Message response,
      Status status,
      long nanos) {
    report.time(nanos);
    String name = Requests.shortName(method);
    List<Op> ops = requests.ops(name, request);
    if (isOver() || ops.isEmpty() || response == null) {
      return;
    }
    Call call = new Call(client, setup.roles().apply(client), name, request, ops, 0, nanos);
    call.end(response, status, "");
    acknowledged.ended(call);
  }

  /**
   * Who did what to which object at which revision, a line for each edit after a revision, without
   * leases and events. "A or B" when it may have been either.
   */
  public List<String> story(long afterRevision) {
    return chronicle.lines(afterRevision);
  }

  /** A client is about to send a call; the answer belongs into {@link #ended}. */
  public Call began(String client, String method, Message request, long nanos) {
    report.time(nanos);
    String name = Requests.shortName(method);
    List<Op> ops = requests.ops(name, request);
    Role role = setup.roles().apply(client);
    Call call = new Call(client, role, name, request, ops, world.revision(), nanos);
    if (!isOver()) {
      wants.began(call);
      rules.forEach(rule -> rule.began(call));
    }
    return call;
  }

  /**
   * A call has come back to its client. A call whose client died never does.
   *
   * @param response null unless the status is OK
   * @param status as the client sees it
   * @param reason the API's word for what went wrong; empty if it does not say
   */
  public void ended(
      Call call, @Nullable Message response, Status status, String reason, long nanos) {
    report.time(nanos);
    call.end(response, status, reason);
    if (!isOver()) {
      wants.ended(call);
      rules.forEach(rule -> rule.ended(call));
    }
  }

  /**
   * A client is about to open a watch.
   *
   * @param request ResourceWatchRequest or WatchRequest
   */
  public StreamLog opened(String client, String method, Message request, long nanos) {
    report.time(nanos);
    Role role = setup.roles().apply(client);
    return streams.opened(client, role, Requests.shortName(method), request);
  }

  /** A container began to run. */
  public void containerStarted(
      String node, String namespace, String pod, String uid, String name, long nanos) {
    report.time(nanos);
    if (!isOver()) {
      truthful.started(node, uid);
      OnePlace.Running container = new OnePlace.Running(node, namespace, pod, uid, name);
      onePlace.started(container);
      stops.started(container);
    }
  }

  /** A kubelet asks its engine to end, or to take away, a container that runs. */
  public void containerStopped(
      String node, String namespace, String pod, String uid, String name, long nanos) {
    report.time(nanos);
    if (!isOver()) {
      stops.stopped(new OnePlace.Running(node, namespace, pod, uid, name));
    }
  }

  /** A container that ran does not run any more, for whatever reason. */
  public void containerEnded(
      String node, String namespace, String pod, String uid, String name, long nanos) {
    report.time(nanos);
    if (!isOver()) {
      onePlace.ended(new OnePlace.Running(node, namespace, pod, uid, name));
    }
  }

  /** A container is gone from its engine. */
  public void containerRemoved(
      String node, String namespace, String pod, String uid, String name, long nanos) {
    report.time(nanos);
  }

  /** The harness did something involuntary. */
  public void disturbed(Disturbance kind, String subject, long nanos) {
    report.time(nanos);
    quiet.disturbed();
    if (kind == Disturbance.CLOCK) {
      availability.clocksDiffer();
      heartbeats.clocksDiffer();
    }
  }

  /**
   * The last fault is over and the last user has done the last thing; from here on it converges.
   */
  public void quiet(long nanos) {
    report.time(nanos);
    quiet.quiet();
  }

  /** The cluster has had its time to converge; from here on nothing may move. */
  public void settled(long nanos) {
    report.time(nanos);
    quiet.settled();
  }

  /** The run is over. */
  public void finish(Engines engines, long nanos) {
    report.time(nanos);
    if (!isOver()) {
      ending.judge();
      leftovers.judge(engines);
    }
  }

  /** What the cluster looks like now. */
  public EndState endState() {
    return Portrait.draw(world, owners);
  }
}
