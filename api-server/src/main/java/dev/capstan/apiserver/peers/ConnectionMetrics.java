package dev.capstan.apiserver.peers;

/** Is told what became of connections. */
public interface ConnectionMetrics {

  /** One was refused or cut. */
  void cut(Reason reason);
}
