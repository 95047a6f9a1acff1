package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import dev.capstan.apiserver.cache.StoredObject;

/**
 * Turns an object as it is into a change, or refuses with a StatusRuntimeException. May be called
 * several times.
 */
@FunctionalInterface
interface Decision {

  /**
   * @param stored where it stands
   * @param object the same, parsed
   */
  Change decide(StoredObject stored, Message object);
}
