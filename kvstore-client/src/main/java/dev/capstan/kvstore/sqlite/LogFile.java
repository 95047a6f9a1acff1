package dev.capstan.kvstore.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the write-ahead log, which is kept longer than SQLite needs it: where the disk is
 * full, deletes, and what makes space of them, go into what it has already. Nobody else can take
 * that away meanwhile, as they could what a file in reserve would give free.
 *
 * <p>SQLite reads its log up to the first frame that it has not written itself, and writes it from
 * the start again after a checkpoint, which it makes every 4 MiB: what is behind that is the
 * reserve.
 */
final class LogFile {

  /** How long the file is at least. */
  static final long RESERVE_BYTES = 16L << 20;

  private static final Logger log = LoggerFactory.getLogger(LogFile.class);
  private static final int PIECE = 64 << 10;

  private final Path file;
  private boolean told;

  LogFile(Path database) {
    this.file = database.resolveSibling(database.getFileName() + "-wal");
  }

  /** What it takes beyond the reserve, in bytes: 0 before the first write. */
  long bytesBeyond() {
    return Math.max(0, length() - RESERVE_BYTES);
  }

  /** Whether it has grown beyond the reserve. */
  boolean isLong() {
    return length() > RESERVE_BYTES;
  }

  private long length() {
    return file.toFile().length();
  }

  /**
   * Makes it as long as the reserve, with zeros, if the disk has room. Only while SQLite is idle.
   */
  void keepReserve() {
    if (!Files.exists(file) || length() >= RESERVE_BYTES) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long at = channel.size();
      while (at < RESERVE_BYTES) {
        int most = (int) Math.min(PIECE, RESERVE_BYTES - at);
        at += channel.write(ByteBuffer.allocate(most), at);
      }
      told = false;
    } catch (IOException e) {
      if (!told) {
        log.warn(
            "no room for a reserve in {}: deletes may fail while the disk is full: {}",
            file,
            e.getMessage());
      }
      told = true;
    }
  }
}
