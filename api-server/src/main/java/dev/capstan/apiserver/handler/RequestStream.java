package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** The requests of a call whose client streams. One thread reads. */
public interface RequestStream {

  /**
   * Blocks for the next message; one is asked of the transport at a time, so that an unread stream
   * holds back its client.
   *
   * @return null once the client has half-closed or the call is cancelled
   */
  @Nullable ByteString next() throws InterruptedException;
}
