package dev.capstan.apiserver.cache;

import org.jspecify.annotations.Nullable;

/**
 * Keeps one copy of texts that come again soon: most of an event's fields are those of the event
 * before, and a pod has several events.
 *
 * <p>A table in which a text takes the place of another with the same hash: it never grows, and
 * what it has forgotten is merely kept twice. Any thread may use it; a text that another thread has
 * just put there may be missed.
 */
final class RecentTexts {

  private final @Nullable String[] places;

  /**
   * @param places a power of two
   */
  RecentTexts(int places) {
    this.places = new String[places];
  }

  /** An equal text: the one that came before, if it is still known. */
  String share(String text) {
    int hash = text.hashCode();
    int place = (hash ^ (hash >>> 16)) & (places.length - 1);
    String before = places[place];
    if (before != null && before.equals(text)) {
      return before;
    }
    places[place] = text;
    return text;
  }
}
