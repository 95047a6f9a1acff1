package dev.capstan.kvstore.sqlite;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/**
 * The last revision that was acknowledged, kept beside the database: SQLite takes a write-ahead log
 * that is damaged in the middle for one that ends there, and says nothing.
 *
 * <p>It is written after the commit and before its answer, into memory that the file is mapped to:
 * that costs nothing and outlives the process, not the machine. So after a power cut it may be
 * behind the database and notice less; it is never ahead of what the database has promised.
 *
 * <p>The file: 8 bytes "CAPMARK1", 8 bytes the revision (big-endian); 4 KiB in all, so that a disk
 * that is full later has room for it.
 */
final class RevisionMark {

  private static final long MAGIC = 0x4341504d41524b31L; // "CAPMARK1"
  private static final int BYTES = 4096;
  private static final ValueLayout.OfLong BIG_ENDIAN =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemorySegment memory;

  private RevisionMark(MemorySegment memory) {
    this.memory = memory;
  }

  /** Whether a file is a mark: whatever else it is must not be taken for one that is at 0. */
  static boolean isOne(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer begin = ByteBuffer.allocate(Long.BYTES);
      return channel.size() == BYTES
          && channel.read(begin, 0) == Long.BYTES
          && begin.getLong(0) == MAGIC;
    }
  }

  /** Opens the mark, making it if it is missing; it then is at 0. */
  static RevisionMark open(Path file) throws IOException {
    if (!Files.exists(file)) {
      create(file);
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new RevisionMark(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, Arena.ofAuto()));
    }
  }

  /** Makes a mark at 0 in place of whatever is there; a crash leaves either or the whole mark. */
  static void create(Path file) throws IOException {
    Path aside = file.resolveSibling("." + file.getFileName());
    Files.deleteIfExists(aside);
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).putLong(MAGIC).putLong(0).rewind();
    try (FileChannel channel =
        FileChannel.open(
            aside,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  long revision() {
    return memory.get(BIG_ENDIAN, Long.BYTES);
  }

  void reached(long revision) {
    memory.set(BIG_ENDIAN, Long.BYTES, revision);
  }

  /** Makes it outlive the machine too. */
  void force() {
    memory.force();
  }
}
