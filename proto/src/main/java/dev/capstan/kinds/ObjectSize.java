package dev.capstan.kinds;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.Violation;
import java.util.Optional;

/** How large an object may be. */
public final class ObjectSize {

  /** Largest serialized object, in bytes. */
  public static final int MOST_BYTES = 1024 * 1024;

  private ObjectSize() {}

  /** What is wrong with the size of an object as it would be stored. */
  public static Optional<Violation> violation(Kind kind, Message object) {
    int size = object.getSerializedSize();
    return size <= MOST_BYTES
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "",
                "%s \"%s\" is too large: %d bytes, at most %d"
                    .formatted(
                        kind.resource(), kind.metadata(object).getName(), size, MOST_BYTES)));
  }
}
