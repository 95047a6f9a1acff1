package dev.capstan.controller;

import dev.capstan.api.v1.ObjectReference;
import dev.capstan.client.Api;
import dev.capstan.client.events.EventRecorder;

/** Events of one controller. */
final class Events implements ApiCluster.Events, AutoCloseable {

  private final EventRecorder recorder;

  Events(Api api, String component) {
    this.recorder = new EventRecorder(api, component, null);
  }

  @Override
  public void event(ObjectReference about, Cluster.EventType type, String reason, String message) {
    String word =
        switch (type) {
          case NORMAL -> "Normal";
          case WARNING -> "Warning";
        };
    recorder.record(about, word, reason, message);
  }

  @Override
  public void close() throws InterruptedException {
    recorder.close();
  }
}
