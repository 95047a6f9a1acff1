package dev.capstan.kubelet.runtime;

/** Takes the bytes of a log; may block, which slows the reading down. */
@FunctionalInterface
public interface LogSink {

  /**
   * Takes some bytes.
   *
   * @return false if no more are wanted
   */
  boolean write(byte[] bytes) throws InterruptedException;
}
