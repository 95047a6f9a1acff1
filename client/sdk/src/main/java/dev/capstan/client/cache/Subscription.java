package dev.capstan.client.cache;

/** A handler that can be taken away again. */
public interface Subscription extends AutoCloseable {

  /** The handler is not called any more once this returns (unless it is the caller). */
  @Override
  void close();
}
