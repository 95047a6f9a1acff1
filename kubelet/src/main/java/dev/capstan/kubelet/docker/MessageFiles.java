package dev.capstan.kubelet.docker;

import dev.capstan.kubelet.runtime.ContainerRef;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files in which containers leave their last words: one for each container, in a folder that
 * only the kubelet enters, mounted into the container. What is in them comes from the container and
 * is not trusted: a bounded piece is read, and no link is followed.
 */
final class MessageFiles {

  /** As much as Kubernetes takes. */
  static final int LONGEST = 4096;

  private static final Logger log = LoggerFactory.getLogger(MessageFiles.class);

  private final Path folder;

  MessageFiles(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  private Path file(ContainerRef ref) {
    return folder.resolve(ref.name());
  }

  /**
   * Makes the file unless it is there; anybody in the container may write it. Empty if that is not
   * possible.
   */
  Optional<Path> make(ContainerRef ref) {
    Path file = file(ref);
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      // One that is there belongs to the container that an earlier call has made.
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.createFile(file);
        // Apart from its creation, where the process's mask would take away from it.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
      }
      return Optional.of(file);
    } catch (IOException e) {
      // The container can do without; a node whose disk is full goes on.
      log.warn("{} gets no termination message: {}", ref.name(), e.toString());
      return Optional.empty();
    }
  }

  /** The last bytes of the file; none if there is no file. */
  byte[] read(ContainerRef ref) throws IOException {
    Path file = file(ref);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return new byte[0];
    }
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      channel.position(Math.max(0, channel.size() - LONGEST));
      ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        continue;
      }
      byte[] read = new byte[bytes.flip().remaining()];
      bytes.get(read);
      return read;
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  /** Removes the file of a container that is gone. */
  void remove(ContainerRef ref) {
    delete(file(ref));
  }

  /** The names of all files, which are the names of their containers. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        files.forEach(file -> names.add(String.valueOf(file.getFileName())));
      } catch (IOException e) {
        log.warn("termination messages: {}", e.toString());
      }
    }
    return names;
  }

  /** Removes the file of that name. */
  void remove(String name) {
    delete(folder.resolve(name));
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("cannot remove {}: {}", file, e.toString()); // Found again by the next kubelet.
    }
  }
}
