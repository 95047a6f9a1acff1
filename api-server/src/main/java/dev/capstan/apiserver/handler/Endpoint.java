package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.concurrent.CompletableFuture;

/**
 * What answers a method. Runs on the call's own virtual thread and may block, unless it says
 * otherwise; failures are StatusRuntimeExceptions made by ApiErrors. Returning ends a stream with
 * OK.
 */
public sealed interface Endpoint {

  /** One request, one response. */
  non-sealed interface Unary<R extends Message> extends Endpoint {
    /** Answers with the serialized response. */
    ByteString answer(Call call, R request) throws InterruptedException;
  }

  /**
   * One request, one response, by code that never blocks and takes microseconds: it runs on the
   * transport's thread, which spares the call one of its own.
   */
  non-sealed interface Prompt<R extends Message> extends Endpoint {
    /** Promises the serialized response, and throws what is wrong with the request. */
    CompletableFuture<ByteString> answer(Call call, R request);
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
