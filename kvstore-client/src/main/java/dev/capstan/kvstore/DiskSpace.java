package dev.capstan.kvstore;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file system that a store is on, which others fill too: whether so much of it is left that
 * something may be stored.
 */
public final class DiskSpace {

  private static final Logger log = LoggerFactory.getLogger(DiskSpace.class);

  private final FileStore fileSystem;
  private final long leastBytes;
  private final boolean root = "root".equals(System.getProperty("user.name"));
  private volatile boolean wasShort;

  /**
   * @param folder any folder on it, which exists
   * @param leastBytes with less it counts as full, until there is twice as much
   * @throws StoreException.Unusable it cannot be found out which file system that is
   */
  public DiskSpace(Path folder, long leastBytes) {
    this.leastBytes = leastBytes;
    try {
      this.fileSystem = Files.getFileStore(folder);
    } catch (IOException e) {
      throw new StoreException.Unusable("the file system of " + folder + " is unknown: " + e, e);
    }
  }

  /** A sentence that names the file system, if it is full or nearly so; else empty. */
  public String shortage() {
    try {
      // What file systems set aside for root is root's to fill.
      long left = root ? fileSystem.getUnallocatedSpace() : fileSystem.getUsableSpace();
      wasShort = left < (wasShort ? 2 * leastBytes : leastBytes);
      return wasShort ? sentence(left, fileSystem.getTotalSpace()) : "";
    } catch (IOException e) {
      log.warn("the space left on {} is unknown: {}", fileSystem, e.getMessage());
      return "";
    }
  }

  private String sentence(long left, long total) {
    return "the file system %s is full (%d of %d MiB left)"
        .formatted(fileSystem, left >> 20, total >> 20);
  }
}
