package dev.capstan.apiserver.chain;

import dev.capstan.api.Violation;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where questions are answered, and where it is noted what was not allowed. */
public final class Permissions {

  private static final Logger log = LoggerFactory.getLogger(Permissions.class);

  private final Authorizer authorizer;

  public Permissions(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /**
   * Asks every question of a call.
   *
   * @throws StatusRuntimeException PERMISSION_DENIED with the first that was answered no
   */
  public void require(User user, List<Question> questions) {
    for (Question question : questions) {
      try {
        authorizer.authorize(user, question);
      } catch (StatusRuntimeException e) {
        log.info(
            "{} may not {}: {}",
            Violation.shorten(user.name()),
            Violation.shorten(question.toString()),
            e.getStatus().getDescription());
        throw e;
      }
    }
  }
}
