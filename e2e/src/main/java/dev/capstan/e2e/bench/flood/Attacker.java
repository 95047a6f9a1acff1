package dev.capstan.e2e.bench.flood;

import dev.capstan.seam.Seam;
import dev.capstan.seam.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that attacks until it is killed. It prints a line for each connection it opens. */
public final class Attacker {

  /** Enough to be told from those that are cut; file descriptors are not endless here either. */
  private static final int MOST_SILENT = 15_000;

  private static final int BATCH = 512;

  private final Threads threads = Seam.system().threads();
  private final Attack attack;
  private final InetSocketAddress server;
  private final byte[] call;
  private final List<RawHttp2> kept = new ArrayList<>();

  private Attacker(Attack attack, InetSocketAddress server, byte[] call) {
    this.attack = attack;
    this.server = server;
    this.call = call;
  }

  /**
   * Attacks.
   *
   * @param arguments the attack, a port of this machine, and a file with the token, if there is one
   */
  public static void main(String[] arguments) throws IOException {
    String path = "/capstan.v1.Cluster/Info";
    byte[] call =
        arguments.length < 3
            ? RawHttp2.headers(path)
            : RawHttp2.headers(
                path, "authorization", "Bearer " + Files.readString(Path.of(arguments[2])).strip());
    InetSocketAddress server = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1]));
    Attacker attacker = new Attacker(Attack.valueOf(arguments[0]), server, call);
    while (true) {
      attacker.connection();
    }
  }

  /** One connection's life; whatever ends it, the next one follows. */
  private void connection() {
    try {
      if (attack == Attack.SILENCE) {
        silent();
        return;
      }
      try (RawHttp2 connection = RawHttp2.open(server, threads)) {
        System.out.println("connected");
        for (int turn = 0; ; turn++) {
          attack.repeat(connection, turn, call);
          if (turn % BATCH == BATCH - 1) {
            connection.flush();
          }
        }
      }
    } catch (IOException e) {
      // Refused or cut: again.
    }
  }

  private void silent() throws IOException {
    RawHttp2 connection = RawHttp2.silent(server);
    System.out.println("connected");
    kept.add(connection);
    if (kept.size() > MOST_SILENT) {
      kept.removeFirst().close();
    }
  }
}
