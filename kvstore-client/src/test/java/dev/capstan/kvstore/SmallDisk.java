package dev.capstan.kvstore;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a few MiB, which a test fills; needs root, without it the test is skipped. */
public final class SmallDisk implements AutoCloseable {

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Mounts one on a folder. */
  public static SmallDisk mount(Path folder, int mebibytes)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    String options = "size=" + mebibytes + "m";
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", options, "capstan-test", folder.toString()),
        "only root can mount a small file system");
    return new SmallDisk(folder);
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }

  /** Where it is mounted. */
  public Path folder() {
    return folder;
  }

  /** Until nothing more goes in. */
  public void fill() throws IOException {
    fill(0);
  }

  /** Until not more than so many bytes are left. */
  public void fill(long left) throws IOException {
    FileStore disk = Files.getFileStore(folder);
    try (OutputStream filler = Files.newOutputStream(folder.resolve("filler"))) {
      while (left == 0 || disk.getUsableSpace() > left) {
        filler.write(new byte[4096]);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** Takes away what filled it. */
  public void makeRoom() throws IOException {
    Files.delete(folder.resolve("filler"));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("umount", "-l", folder.toString());
  }
}
