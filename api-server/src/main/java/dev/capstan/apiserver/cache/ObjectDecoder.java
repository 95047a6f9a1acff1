package dev.capstan.apiserver.cache;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.kinds.ServedKinds;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.ValueCodec;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects of what the store holds. Each carries the defaults of today, whenever it was
 * written; one that lacks none is sent on in the bytes that were stored.
 */
public final class ObjectDecoder {

  private final ServedKinds kinds;
  private final StoreKeys keys;
  private final ValueCodec codec;

  public ObjectDecoder(ServedKinds kinds, ValueCodec codec) {
    this.kinds = kinds;
    this.keys = new StoreKeys(kinds.registry());
    this.codec = codec;
  }

  /**
   * The object of an entry; null if it is no object of a known kind.
   *
   * @throws StoreException.Unreadable if it is one and cannot be read, which never means that it is
   *     gone
   */
  public @Nullable StoredObject decode(KvStore.Entry entry) {
    StoreKeys.Place place = keys.place(entry.key());
    return place == null ? null : cached(place, entry).object();
  }

  /**
   * As {@link #decode}, with what it is selected by.
   *
   * @param place what the entry's key names
   */
  CachedObject cached(StoreKeys.Place place, KvStore.Entry entry) {
    try {
      ValueCodec.Value value = codec.decode(entry);
      String version = ResourceVersions.of(entry.modRevision(), value.slot());
      ByteString bytes = Stamp.version(value.payload(), version);
      // The whole message, whatever is needed of it: what only a client would find to be damaged
      // could not be told from what is whole here.
      Message stored = place.kind().prototype().getParserForType().parseFrom(bytes);
      Message object = kinds.of(place.kind()).defaulted(stored);
      ByteString shown = object.equals(stored) ? bytes : object.toByteString();
      return cached(place, entry, object, shown, value.slot());
    } catch (StoreException.Corrupt e) {
      throw new StoreException.Unreadable(entry, String.valueOf(e.getMessage()), e);
    } catch (InvalidProtocolBufferException e) {
      throw unreadable(entry, "it is no " + place.kind().name() + ": " + e.getMessage(), e);
    }
  }

  private static CachedObject cached(
      StoreKeys.Place place, KvStore.Entry entry, Message object, ByteString bytes, int slot) {
    ObjectMeta metadata = place.kind().metadata(object);
    if (!metadata.getName().equals(place.name())
        || !metadata.getNamespace().equals(place.namespace())) {
      String inside = CachedObject.key(metadata.getNamespace(), metadata.getName());
      throw unreadable(entry, "it is the object " + inside, null);
    }
    StoredObject stored =
        new StoredObject(
            place.kind(),
            metadata.getNamespace(),
            metadata.getName(),
            metadata,
            bytes,
            entry.createRevision(),
            entry.modRevision(),
            slot);
    return CachedObject.of(stored, Fields.values(object));
  }

  private static StoreException.Unreadable unreadable(
      KvStore.Entry entry, String what, @Nullable Throwable cause) {
    return new StoreException.Unreadable(
        entry, "the value of " + entry.key() + " cannot be read: " + what, cause);
  }

  /** What lies under a key, or null if it is no object of a known kind. */
  StoreKeys.@Nullable Place place(String key) {
    return keys.place(key);
  }
}
