package dev.capstan.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * TCP ports for servers that are started soon, and started again after they were killed. Each is
 * given once, and none is one that the kernel gives to outgoing connections (from 32768 on): either
 * would now and then be taken when the server wants it.
 */
public final class FreePorts {

  private static final int FIRST = 20_000;
  private static final int COUNT = 12_000;

  /** Processes that run at the same time begin at different places. */
  private static final AtomicInteger next =
      new AtomicInteger((int) (ProcessHandle.current().pid() % 100) * (COUNT / 100));

  private FreePorts() {}

  /** A port that nobody has at the moment. */
  public static int next() {
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + Math.floorMod(next.getAndIncrement(), COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("all ports from " + FIRST + " on are taken");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
