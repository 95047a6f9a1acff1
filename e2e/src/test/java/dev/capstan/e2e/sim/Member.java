package dev.capstan.e2e.sim;

import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.e2e.sim.check.Disturbance;
import dev.capstan.e2e.sim.scenario.Verb;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.SimulatedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A process that is a client of the API server; it can die and come back without its memory. */
final class Member {

  /** Starts the program of a process. */
  interface Program {
    /**
     * @return whether it leads, for a process that takes part in an election
     */
    BooleanSupplier start(Member self);
  }

  private final SimulatedCluster cluster;
  private final String name;
  private final Program program;
  private final Line line;
  private final List<Wire> wires = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private SimulatedProcess process;
  private BooleanSupplier leads = () -> false;
  private int incarnation;
  private boolean asleep;

  Member(SimulatedCluster cluster, String name, Program program) {
    this.cluster = cluster;
    this.name = name;
    this.program = program;
    this.process = cluster.process(name + "." + incarnation);
    this.line =
        cluster.line(
            name,
            new Line.Owner() {
              @Override
              public void crash(Duration down) {
                Member.this.crash(down);
              }

              @Override
              public void sleep(Duration time) {
                Member.this.sleep();
                cluster.world().after(time, Member.this::wake);
              }

              @Override
              public Seam seam() {
                return Member.this.seam();
              }

              @Override
              public boolean up() {
                return Member.this.up();
              }
            });
  }

  String name() {
    return name;
  }

  /** The name of the present incarnation. */
  String identity() {
    return process.name();
  }

  Seam seam() {
    return process.seam();
  }

  SimulatedProcess process() {
    return process;
  }

  Line line() {
    return line;
  }

  boolean leads() {
    return leads.getAsBoolean();
  }

  boolean up() {
    return !process.killed();
  }

  void start() {
    leads = program.start(this);
  }

  /** A connection of the present incarnation, which ends with it. */
  Connection connect() {
    Wire wire = cluster.wire(line);
    wires.add(wire);
    ConnectionOptions options = ConnectionOptions.of("in-process", null);
    Connection connection = Connection.over(() -> wire.channel(seam()), options, seam());
    connections.add(connection);
    return connection;
  }

  /** Dies at this very moment; comes back after {@code down}. */
  void crash(Duration down) {
    if (!up()) {
      return;
    }
    cluster.observer().disturbed(Disturbance.PROCESS, name, "crash of");
    SimulatedProcess dead = process;
    dead.kill();
    asleep = false;
    cluster.world().after(down, () -> restart(dead));
  }

  private void restart(SimulatedProcess dead) {
    if (process != dead) {
      return;
    }
    bury();
    incarnation++;
    process = cluster.process(name + "." + incarnation);
    cluster.observer().note("restart of " + name);
    start();
  }

  /** The network notices that the process is dead: nobody answers for it any more. */
  private void bury() {
    line.forget();
    for (Wire wire : wires) {
      wire.cut();
      cluster.drop(wire);
    }
    connections.forEach(Connection::close);
    wires.clear();
    connections.clear();
  }

  /** Stands still; goes on when {@link #wake} is called. */
  void sleep() {
    if (up() && !asleep) {
      asleep = true;
      cluster.observer().disturbed(Disturbance.PROCESS, name, "stop of");
      process.pause();
    }
  }

  void wake() {
    if (up() && asleep) {
      asleep = false;
      process.resume();
    }
  }

  /** For the end of a run. */
  void end() {
    process.kill();
    bury();
  }

  /** For the account of faults. */
  void count(Verb fault) {
    cluster.counts().struck(fault, name);
  }
}
