package dev.capstan.client;

/**
 * Which objects to list or watch.
 *
 * @param labelSelector text form, e.g. {@code "app=web,tier in (a,b)"}; empty for all
 * @param fieldSelector text form, e.g. {@code "spec.nodeName=n1"}; empty for all
 * @param pageSize most objects per call; 0 for the server's choice
 */
public record ListOptions(String labelSelector, String fieldSelector, int pageSize) {

  /** Everything. */
  public static final ListOptions ALL = new ListOptions("", "", 0);

  /** By labels. */
  public static ListOptions labels(String selector) {
    return new ListOptions(selector, "", 0);
  }

  /** By fields. */
  public static ListOptions fields(String selector) {
    return new ListOptions("", selector, 0);
  }
}
