package dev.capstan.scheduler;

import dev.capstan.api.WellKnown;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.control.LeaderElection;
import dev.capstan.client.control.Leadership;
import dev.capstan.client.events.EventRecorder;
import dev.capstan.client.ops.ClientMetrics;
import dev.capstan.client.ops.Readiness;
import dev.capstan.seam.Seam;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole scheduler but for its process: informers, election, and the loop while it leads. */
public final class Scheduler implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
  private static final ObjectKey LEASE =
      new ObjectKey(WellKnown.NAMESPACE_SYSTEM, WellKnown.LEASE_SCHEDULER);

  private final Seam seam;
  private final InformerSet informers;
  private final EventRecorder events;
  private final LeaderElection election;
  private final SchedulerMetrics metrics;
  private @Nullable Thread campaign;

  /**
   * @param id unique among the candidates for leadership
   */
  public Scheduler(
      Connection connection, String id, LeaderElection.Timing timing, PrometheusRegistry registry) {
    Api api = Api.of(connection).as("capstan-scheduler");
    this.seam = connection.seam();
    this.informers = InformerSet.of(api).watch(ObjectType.POD).watch(ObjectType.NODE).build();
    this.events = new EventRecorder(api, "default-scheduler", null);
    this.election = new LeaderElection(api, LEASE, id, timing, List.of(informers));
    this.metrics = new SchedulerMetrics(registry);
    ClientMetrics.of(registry, informers);
    ClientMetrics.of(registry, events);
  }

  /** True while this process leads. */
  public boolean leading() {
    return election.leading();
  }

  /** What must hold for the process to be ready; a standby is ready too. */
  public Readiness readiness() {
    return new Readiness().check("informers", informers::healthy);
  }

  /** Starts campaigning and, once elected, scheduling. Once. */
  public void start() {
    informers.start();
    campaign = seam.threads().start("scheduler", this::campaign);
  }

  private void campaign() {
    try {
      election.run(this::lead);
    } catch (InterruptedException e) {
      log.debug("No longer campaigning");
    }
  }

  private void lead(Leadership leadership) throws InterruptedException {
    new SchedulingLoop(leadership.api(), informers, events, seam, metrics).run();
  }

  /** Gives the leadership up and stops. */
  @Override
  public void close() throws InterruptedException {
    if (campaign != null) {
      campaign.interrupt();
      campaign.join();
    }
    events.close();
    informers.close();
  }
}
