package dev.capstan.kvstore.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's own code, which the driver carries in its jar and unpacks into the folder of temporary
 * files each time: on a full disk that fails, and it takes time. So one copy stays beside the data,
 * and is loaded from there.
 */
final class SqliteLibrary {

  private static final Logger log = LoggerFactory.getLogger(SqliteLibrary.class);
  private static final String PATH = "org.sqlite.lib.path";
  private static final String NAME = "org.sqlite.lib.name";

  private SqliteLibrary() {}

  /**
   * Before the first database of the process is opened: has the driver take the copy in a folder.
   */
  static void keepIn(Path folder) {
    if (System.getProperty(PATH) != null) {
      return; // Somebody has chosen, or an earlier store of this process.
    }
    Path copy = folder.resolve("sqlite-" + SQLiteJDBCLoader.getVersion() + ".so");
    try {
      if (!Files.exists(copy)) {
        unpack(copy);
      }
      System.setProperty(PATH, folder.toAbsolutePath().toString());
      System.setProperty(NAME, copy.getFileName().toString());
    } catch (IOException e) {
      log.info("no copy of SQLite in {}: {}", folder, e.getMessage());
    }
  }

  /** Whole or not at all. */
  private static void unpack(Path copy) throws IOException {
    String resource =
        LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
    Path fresh = copy.resolveSibling(copy.getFileName() + ".new");
    try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw new IOException("the driver has none for this machine");
      }
      Files.copy(library, fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
