package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;

/**
 * What answers a method. Runs on the call's own virtual thread and may block; failures are
 * StatusRuntimeExceptions made by ApiErrors. Returning ends a stream with OK.
 */
public sealed interface Endpoint {

  /** One request, one response. */
  non-sealed interface Unary<R extends Message> extends Endpoint {
    /** Answers with the serialized response. */
    ByteString answer(Call call, R request) throws InterruptedException;
  }

  /** One request, many responses. */
  non-sealed interface Streaming<R extends Message> extends Endpoint {
    /** Sends responses until it returns or throws. */
    void stream(Call call, R request, ResponseStream out) throws InterruptedException;
  }

  /** Many requests, many responses. */
  non-sealed interface Bidirectional extends Endpoint {
    /** Talks until it returns or throws. */
    void talk(Call call, RequestStream in, ResponseStream out) throws InterruptedException;
  }
}
