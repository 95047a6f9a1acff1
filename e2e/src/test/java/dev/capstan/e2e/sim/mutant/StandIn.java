package dev.capstan.e2e.sim.mutant;

import dev.capstan.client.Api;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A stand-in for the simulation that looks whether it runs the mutated class: all seeds pass up to
 * 16, then one fails; from 60 on it breaks.
 */
final class StandIn {

  private StandIn() {}

  public static void main(String[] args) throws IOException {
    String[] seeds = args[1].split("\\.\\.", -1);
    if (!args[0].equals("--seeds") || Long.parseLong(seeds[0]) >= 60 || !mutated()) {
      System.out.println("out of order");
      System.exit(4);
    }
    if (Long.parseLong(seeds[1]) > 16) {
      System.out.println("trying");
      System.out.println("FAILED seed=17 invariant=I9 and a story");
      System.exit(1);
    }
  }

  private static boolean mutated() throws IOException {
    try (InputStream code = Api.class.getResourceAsStream("control/WriteLog.class")) {
      return code != null
          && new String(code.readAllBytes(), StandardCharsets.ISO_8859_1).contains("mutated");
    }
  }
}
