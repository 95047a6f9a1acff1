package dev.capstan.e2e.sim.mutant;

import dev.capstan.client.Api;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A stand-in for the simulation that looks whether it runs the mutated class. With it seed 17 and
 * all after 18 fail; without it only 31 does. From 60 on it breaks.
 */
final class StandIn {

  private StandIn() {}

  public static void main(String[] args) throws IOException {
    String[] seeds = args[1].split("\\.\\.", -1);
    long from = Long.parseLong(seeds[0]);
    if (!args[0].equals("--seeds") || from >= 60) {
      System.out.println("out of order");
      System.exit(4);
    }
    boolean mutated = mutated();
    int failed = 0;
    for (long seed = Long.parseLong(seeds[1]); seed >= from; seed--) {
      if (mutated ? seed == 17 || seed > 18 : seed == 31) {
        System.out.println("FAILED seed=" + seed + " invariant=I9 and a story");
        failed++;
      }
    }
    System.exit(failed == 0 ? 0 : 1);
  }

  private static boolean mutated() throws IOException {
    try (InputStream code = Api.class.getResourceAsStream("control/WriteLog.class")) {
      return code != null
          && new String(code.readAllBytes(), StandardCharsets.ISO_8859_1).contains("mutated");
    }
  }
}
