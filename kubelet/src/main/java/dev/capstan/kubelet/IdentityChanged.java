package dev.capstan.kubelet;

/**
 * A kubelet finds that it is not who it was on this machine: of another cluster, or another node.
 * The message says who it was, who it is to be, and what to do.
 */
public final class IdentityChanged extends Exception {
  private static final long serialVersionUID = 1L;

  IdentityChanged(String message) {
    super(message);
  }
}
