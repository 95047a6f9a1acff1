package dev.capstan.kvstore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator is willing to go on without, since it cannot be brought back: lines of the file
 * {@code accept-loss} in the data folder. Each names one loss, as the message does that refuses to
 * start because of it, and is used once: it says nothing about the next. It stays until what it
 * allows has happened, for a start may fail in between.
 */
public final class AcceptedLosses {

  private static final Logger log = LoggerFactory.getLogger(AcceptedLosses.class);

  private final Path file;

  public AcceptedLosses(Path folder) {
    this.file = folder.resolve("accept-loss");
  }

  /**
   * Returns if this loss was accepted. Whoever goes on without calls {@link #happened} then.
   *
   * @param loss its name: one word
   * @param what is lost, and where it could be found again: a sentence without its full stop
   * @throws StoreException.Unusable if it was not, saying how it can be
   */
  public void require(String loss, String what) {
    if (!lines().contains(loss)) {
      throw new StoreException.Unusable(
          "%s. To go on without it: echo %s >> %s".formatted(what, loss, file.toAbsolutePath()),
          null);
    }
    log.error("{}. Going on without it, as {} says", what, file);
  }

  /** The loss has taken effect and does not come back: uses its line up, if there is one. */
  public void happened(String loss) {
    List<String> left = lines();
    if (left.remove(loss)) {
      write(left);
    }
  }

  private List<String> lines() {
    try {
      List<String> lines = new ArrayList<>();
      Files.readAllLines(file, StandardCharsets.UTF_8).forEach(line -> lines.add(line.strip()));
      return lines;
    } catch (NoSuchFileException e) {
      return new ArrayList<>();
    } catch (IOException e) {
      throw new StoreException.Unusable(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void write(List<String> left) {
    try {
      if (left.isEmpty()) {
        Files.delete(file);
      } else {
        Path aside = file.resolveSibling("." + file.getFileName());
        Files.write(aside, left, StandardCharsets.UTF_8);
        Files.move(
            aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      // On a full disk, for instance. What is lost is lost either way: the server had better run.
      log.error("{} cannot be changed, remove what is in it: {}", file, e.getMessage());
    }
  }
}
