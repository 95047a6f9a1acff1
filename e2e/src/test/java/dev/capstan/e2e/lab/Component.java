package dev.capstan.e2e.lab;

/** The processes of a cluster. */
public enum Component {
  API_SERVER("api-server"),
  SCHEDULER("scheduler"),
  CONTROLLER_MANAGER("controller-manager"),
  KUBELET("kubelet");

  private final String room;

  Component(String room) {
    this.room = room;
  }

  /** The folder it comes from. */
  String room() {
    return room;
  }
}
