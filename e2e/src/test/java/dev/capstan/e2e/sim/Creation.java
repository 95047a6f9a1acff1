package dev.capstan.e2e.sim;

import com.google.protobuf.Message;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectType;
import dev.capstan.client.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An object that a user tries to create until it is there. Every attempt leaves another mark on it,
 * so that what the client library says of an attempt can be put beside what came of it:
 * ALREADY_EXISTS is never said of what that very call made, nor "nothing was written" of what was.
 */
final class Creation<T extends Message> implements UserApi.Attempt {

  private final Resource<T> resource;
  private final ObjectType<T> type;
  private final T object;
  private final Supplier<String> marks;

  /** What was said of each attempt that did not succeed, by its mark. */
  private final Map<String, Said> said = new LinkedHashMap<>();

  private enum Said {
    UNKNOWN,
    IT_EXISTS_ALREADY,
    NOTHING_WAS_WRITTEN
  }

  /**
   * @param marks makes a new mark
   */
  Creation(Resource<T> resource, ObjectType<T> type, T object, Supplier<String> marks) {
    this.resource = resource;
    this.type = type;
    this.object = object;
    this.marks = marks;
  }

  /** One attempt. One that is there already is waited for to go, unless it is this very one. */
  @Override
  public boolean done() throws InterruptedException {
    String mark = marks.get();
    ObjectMeta meta = type.metadata(object).toBuilder().putAnnotations(UserApi.OP, mark).build();
    try {
      resource.create(type.withMetadata(object, meta));
      return true;
    } catch (ApiException.UnknownOutcome e) {
      said.put(mark, Said.UNKNOWN);
    } catch (ApiException.AlreadyExists e) {
      said.put(mark, Said.IT_EXISTS_ALREADY);
      return isOurs();
    } catch (ApiException.Precondition
        | ApiException.NotFound
        | ApiException.Unreadable
        | ApiException.Unavailable e) {
      said.put(mark, Said.NOTHING_WAS_WRITTEN); // The namespace is going, or not there yet, or …
    }
    return false;
  }

  private boolean isOurs() throws InterruptedException {
    String name = type.metadata(object).getName();
    Optional<T> there = resource.find(name);
    Said word = said.get(there.map(t -> UserApi.mark(type.metadata(t))).orElse(""));
    if (word != null && word != Said.UNKNOWN) {
      throw new AssertionError("I1: the call that made " + name + " was answered with " + word);
    }
    return word != null;
  }
}
