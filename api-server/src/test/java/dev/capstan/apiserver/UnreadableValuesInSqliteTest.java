package dev.capstan.apiserver;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.sqlite.SqliteKvStore;
import dev.capstan.seam.Seam;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The same over the embedded store. */
class UnreadableValuesInSqliteTest extends UnreadableValuesTest {

  @TempDir Path folder;

  @Override
  KvStore open() {
    return new SqliteKvStore(folder, Seam.system());
  }
}
