package dev.capstan.apiserver.chain;

/**
 * Who calls.
 *
 * @param name e.g. "admin"
 */
public record User(String name) {

  /** The server itself: what it writes on its own account. */
  public static final User SERVER = new User("system:apiserver");
}
