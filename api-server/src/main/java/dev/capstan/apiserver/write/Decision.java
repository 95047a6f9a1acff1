package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.kvstore.StoreException;

/**
 * Turns an object as it is into a change, or refuses with a StatusRuntimeException. May be called
 * several times.
 */
@FunctionalInterface
interface Decision {

  /**
   * Decides about an object that is there and cannot be read. Only what needs to know nothing about
   * it may change it.
   *
   * @param last as it was last read; nothing but its name if it never was
   * @param why it cannot be read
   * @throws StoreException.Unreadable the same, unless a change is possible
   */
  default Change decideUnread(Message last, StoreException.Unreadable why) {
    throw why;
  }

  /**
   * @param stored where it stands
   * @param object the same, parsed
   */
  Change decide(StoredObject stored, Message object);
}
