package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.scenario.Scenario;
import dev.capstan.e2e.sim.scenario.ScenarioException;
import java.util.List;

/**
 * The command of the simulation: many seeds, or one seed or scenario told in full. Exit code 0 when
 * everything held, 1 when something did not, 2 for options that make no sense.
 */
public final class Simulate {

  private Simulate() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments)));
  }

  private static int run(List<String> arguments) {
    try {
      SimulateOptions options = SimulateOptions.parse(arguments);
      Scenario only = options.scenario();
      return only == null ? new Campaign(options).run() : new Replay(options).tell(only);
    } catch (ScenarioException e) {
      System.err.println("error: " + e.getMessage());
      System.err.println("See --help.");
      return 2;
    } catch (SimulateOptions.Help e) {
      System.out.print(SimulateOptions.HELP);
      return 0;
    }
  }
}
