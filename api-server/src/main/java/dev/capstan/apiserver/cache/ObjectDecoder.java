package dev.capstan.apiserver.cache;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.ValueCodec;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes objects of what the store holds. */
public final class ObjectDecoder {

  private static final Logger log = LoggerFactory.getLogger(ObjectDecoder.class);

  private final StoreKeys keys;
  private final ValueCodec codec;

  public ObjectDecoder(KindRegistry kinds, ValueCodec codec) {
    this.keys = new StoreKeys(kinds);
    this.codec = codec;
  }

  /**
   * The object of an entry; null if it is no object of a known kind or cannot be read, which is
   * logged.
   */
  public @Nullable StoredObject decode(KvStore.Entry entry) {
    StoreKeys.Place place = keys.place(entry.key());
    return place == null
        ? null
        : read(place, entry, stamped -> stamped.object(Stamp.metadata(stamped.bytes)));
  }

  /** As {@link #decode}, with what it is selected by. */
  @Nullable CachedObject cached(KvStore.Entry entry) {
    StoreKeys.Place place = keys.place(entry.key());
    return place == null ? null : cached(place, entry);
  }

  /**
   * As {@link #cached(KvStore.Entry)}, if the key has been taken apart already.
   *
   * @param place what the entry's key names
   */
  @Nullable CachedObject cached(StoreKeys.Place place, KvStore.Entry entry) {
    return read(place, entry, Stamped::cached);
  }

  private <T> @Nullable T read(StoreKeys.Place place, KvStore.Entry entry, Reader<T> reader) {
    try {
      ValueCodec.Value value = codec.decode(entry);
      String version = ResourceVersions.of(entry.modRevision(), value.slot());
      ByteString bytes = Stamp.version(value.payload(), version);
      return reader.read(new Stamped(place, entry, bytes, value.slot()));
    } catch (StoreException.Corrupt | IOException e) {
      // One damaged value must not take every other object away from its users.
      log.error(
          "{} at revision {} is left out: {}", entry.key(), entry.modRevision(), e.getMessage());
      return null;
    }
  }

  private interface Reader<T> {
    T read(Stamped stamped) throws IOException;
  }

  /** An object's bytes with its version, and where they were found. */
  private record Stamped(StoreKeys.Place place, KvStore.Entry entry, ByteString bytes, int slot) {

    StoredObject object(ObjectMeta metadata) {
      return new StoredObject(
          place.kind(),
          either(metadata.getNamespace(), place.namespace()),
          either(metadata.getName(), place.name()),
          metadata,
          bytes,
          entry.createRevision(),
          entry.modRevision(),
          slot);
    }

    /** One of two copies, if they are: tens of thousands of objects are kept. */
    private static String either(String inside, String inKey) {
      return inside.equals(inKey) ? inside : inKey;
    }

    /** Parses no more than it is selected by, and that once. */
    CachedObject cached() throws IOException {
      if (Fields.own(place.kind()).isEmpty()) {
        return CachedObject.of(object(Stamp.metadata(bytes)), List.of());
      }
      Message whole = place.kind().prototype().getParserForType().parseFrom(bytes);
      return CachedObject.of(object(place.kind().metadata(whole)), Fields.values(whole));
    }
  }

  /** What lies under a key, or null if it is no object of a known kind. */
  StoreKeys.@Nullable Place place(String key) {
    return keys.place(key);
  }
}
