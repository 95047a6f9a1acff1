package dev.capstan.apiserver.handler;

import com.google.protobuf.Message;
import dev.capstan.apiserver.chain.Question;
import java.util.List;

/**
 * What answers a method, and what it asks for before. There is no method without a question.
 *
 * @param questions of a request of the endpoint's type
 */
public record GuardedEndpoint(Endpoint endpoint, Questions<? extends Message> questions) {

  /** One request, one response. */
  public static <R extends Message> GuardedEndpoint unary(
      Endpoint.Unary<R> endpoint, Questions<R> questions) {
    return new GuardedEndpoint(endpoint, questions);
  }

  /** One request, one response, by code that never blocks. */
  static <R extends Message> GuardedEndpoint prompt(
      Endpoint.Prompt<R> endpoint, Questions<R> questions) {
    return new GuardedEndpoint(endpoint, questions);
  }

  /** One request, many responses. */
  public static <R extends Message> GuardedEndpoint streaming(
      Endpoint.Streaming<R> endpoint, Questions<R> questions) {
    return new GuardedEndpoint(endpoint, questions);
  }

  /** Many requests: it is asked before the first is read. */
  public static GuardedEndpoint bidirectional(Endpoint.Bidirectional endpoint, Question question) {
    return new GuardedEndpoint(endpoint, Questions.always(question));
  }

  /** What a request asks for. */
  @SuppressWarnings("unchecked") // Both are made of the same request type above.
  List<Question> ask(Message request) {
    return ((Questions<Message>) questions).of(request);
  }
}
