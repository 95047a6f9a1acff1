package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.client.ObjectType;
import java.util.Collection;
import java.util.function.Function;

/**
 * Finds objects of a kind by something they say. Compared by identity: keep the instance that was
 * given to the informers and ask with it.
 *
 * @param <T> the generated message
 */
public final class Index<T extends Message> {

  private final ObjectType<T> type;
  private final String name;
  private final Function<T, ? extends Collection<String>> values;

  /**
   * @param name for messages
   * @param values under which values an object is found; pure
   */
  public Index(ObjectType<T> type, String name, Function<T, ? extends Collection<String>> values) {
    this.type = type;
    this.name = name;
    this.values = values;
  }

  /** The kind it indexes. */
  public ObjectType<T> type() {
    return type;
  }

  Collection<String> values(T object) {
    return values.apply(object);
  }

  @Override
  public String toString() {
    return type + " by " + name;
  }
}
