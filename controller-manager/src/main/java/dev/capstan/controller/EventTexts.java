package dev.capstan.controller;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.ObjectReference;
import java.util.ArrayList;
import java.util.List;

/** What events say, and about what. */
public final class EventTexts {

  /** Beyond this many pods at once one event speaks for the rest. */
  private static final int SINGLE = 10;

  private EventTexts() {}

  /** "Created pod: web-1", one for each; of many the last one counts the rest. */
  public static List<String> pods(String verb, List<String> names) {
    List<String> texts = new ArrayList<>();
    names.stream().limit(SINGLE).forEach(name -> texts.add(verb + " pod: " + name));
    if (names.size() > SINGLE) {
      texts.add(verb + " " + (names.size() - SINGLE) + " more pods");
    }
    return List.copyOf(texts);
  }

  /** Points to the object an event is about; without its version, so that equal events merge. */
  public static ObjectReference reference(String apiVersion, String kind, ObjectMeta meta) {
    return ObjectReference.newBuilder()
        .setApiVersion(apiVersion)
        .setKind(kind)
        .setNamespace(meta.getNamespace())
        .setName(meta.getName())
        .setUid(meta.getUid())
        .build();
  }
}
