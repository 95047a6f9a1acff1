package dev.capstan.apiserver;

import dev.capstan.api.Numbers;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server must be able to read to serve a store: a number in the store that every version
 * understands, with the first version that reads such a store. It is text without a header, {@code
 * 1 0.1.0}, and stays so for ever. When it may be raised is in docs/store.md.
 */
final class StoreFormat {

  /** The newest format that this version reads, and the one that it writes. */
  static final int FORMAT = 1;

  /** The first version that reads {@link #FORMAT}. */
  static final String READ_SINCE = "0.1.0";

  static final String KEY = StoreKeys.ROOT + "server/format";

  private static final Logger log = LoggerFactory.getLogger(StoreFormat.class);

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9}) ([0-9A-Za-z.+-]{1,64})\\s*");

  private StoreFormat() {}

  /**
   * Marks a store that has no mark, if it has room for one.
   *
   * @throws StartException if the store is for newer versions
   */
  static void claim(KvStore store) {
    KvStore.Entry entry = store.get(KEY).entry();
    if (entry == null) {
      byte[] mark = (FORMAT + " " + READ_SINCE).getBytes(StandardCharsets.US_ASCII);
      Txn txn = new Txn(List.of(new Txn.Compare.Absent(KEY)), List.of(new Txn.Op.Put(KEY, mark)));
      try {
        store.commit(new Group(List.of(txn)));
      } catch (StoreException.OutOfSpace e) {
        // Whoever is to make room needs a server: the next start writes it.
        log.warn("{} is not written: {}", KEY, e.getMessage());
      }
      entry = store.get(KEY).entry(); // Another server's, if that was quicker.
    }
    String tooNew = tooNew(store, entry);
    if (!tooNew.isEmpty()) {
      throw new StartException(tooNew);
    }
  }

  /** Why this version must not serve the store; empty if it may. */
  static String tooNew(KvStore store) {
    return tooNew(store, store.get(KEY).entry());
  }

  private static String tooNew(KvStore store, KvStore.@Nullable Entry entry) {
    if (entry == null) {
      return "";
    }
    Matcher mark = TEXT.matcher(new String(entry.value(), StandardCharsets.US_ASCII));
    if (!mark.matches()) {
      return "the format of %s is not known: the value of %s cannot be read"
          .formatted(store.describe(), KEY);
    }
    int format = Numbers.parseInt(mark.group(1));
    return format <= FORMAT
        ? ""
        : "%s is of format %d, which Capstan %s and later read; this is %s, which reads formats up to %d: start Capstan %s or later"
            .formatted(
                store.describe(),
                format,
                mark.group(2),
                ServerVersion.get(),
                FORMAT,
                mark.group(2));
  }
}
