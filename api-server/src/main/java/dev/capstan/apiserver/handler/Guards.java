package dev.capstan.apiserver.handler;

import com.google.protobuf.Message;
import dev.capstan.apiserver.chain.Attributes;
import dev.capstan.apiserver.chain.Authorizer;
import dev.capstan.apiserver.handler.Endpoint.Bidirectional;
import dev.capstan.apiserver.handler.Endpoint.Streaming;
import dev.capstan.apiserver.handler.Endpoint.Unary;
import java.util.function.Function;

/** Puts the authorizer before endpoints that do not ask it themselves. */
public record Guards(Authorizer authorizer) {

  /** A guarded unary endpoint. */
  public <R extends Message> Unary<R> unary(Unary<R> endpoint, Function<R, Attributes> question) {
    return (call, request) -> {
      authorizer.authorize(call.user(), question.apply(request));
      return endpoint.answer(call, request);
    };
  }

  /** A guarded streaming endpoint. */
  public <R extends Message> Streaming<R> streaming(
      Streaming<R> endpoint, Function<R, Attributes> question) {
    return (call, request, out) -> {
      authorizer.authorize(call.user(), question.apply(request));
      endpoint.stream(call, request, out);
    };
  }

  /** A guarded endpoint whose first message is not read before the answer. */
  public Bidirectional bidirectional(Bidirectional endpoint, Attributes question) {
    return (call, in, out) -> {
      authorizer.authorize(call.user(), question);
      endpoint.talk(call, in, out);
    };
  }
}
