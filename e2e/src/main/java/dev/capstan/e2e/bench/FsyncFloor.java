package dev.capstan.e2e.bench;

import dev.capstan.seam.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the disk itself takes to make a small write durable: no store can be faster. */
final class FsyncFloor {

  private static final int BYTES = 2048;

  private FsyncFloor() {}

  /** Seconds of each of {@code count} appends of 2 KiB with fdatasync. */
  static double[] measure(Path folder, int count, Clock clock) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("fsync-floor");
    double[] seconds = new double[count];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < count; i++) {
        Stopwatch watch = Stopwatch.started(clock);
        channel.write(ByteBuffer.allocate(BYTES));
        channel.force(false);
        seconds[i] = watch.seconds();
      }
    } finally {
      Files.deleteIfExists(file);
    }
    return seconds;
  }
}
