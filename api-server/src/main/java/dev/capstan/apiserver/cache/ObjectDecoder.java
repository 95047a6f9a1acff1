package dev.capstan.apiserver.cache;

import com.google.protobuf.ByteString;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.ResourceVersions;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.ValueCodec;
import java.io.IOException;
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
    if (place == null) {
      return null;
    }
    try {
      ValueCodec.Value value = codec.decode(entry);
      String version = ResourceVersions.of(entry.modRevision(), value.slot());
      ByteString bytes = Stamp.version(value.payload(), version);
      return new StoredObject(
          place.kind(),
          place.namespace(),
          place.name(),
          Stamp.metadata(bytes),
          bytes,
          entry.createRevision(),
          entry.modRevision(),
          value.slot());
    } catch (StoreException.Corrupt | IOException e) {
      // One damaged value must not take every other object away from its users.
      log.error(
          "{} at revision {} is left out: {}", entry.key(), entry.modRevision(), e.getMessage());
      return null;
    }
  }

  /** As {@link #decode}, with what it is selected by. */
  @Nullable CachedObject cached(KvStore.Entry entry) {
    StoredObject object = decode(entry);
    try {
      return object == null ? null : CachedObject.of(object);
    } catch (IllegalStateException e) {
      log.error("{} is left out: {}", entry.key(), e.getMessage());
      return null;
    }
  }

  /** What lies under a key, or null if it is no object of a known kind. */
  StoreKeys.@Nullable Place place(String key) {
    return keys.place(key);
  }
}
