package dev.capstan.kubelet.runtime;

/** The two ways to end a container. */
public enum Signal {
  /** Asks the process to end: the image's STOPSIGNAL, else TERM. */
  TERM,
  /** Ends it. */
  KILL
}
