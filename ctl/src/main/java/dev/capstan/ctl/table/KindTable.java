package dev.capstan.ctl.table;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import java.time.Instant;
import java.util.List;

/** How the objects of a kind look in a table. */
public interface KindTable {

  /** All headings, those of -o wide last. */
  List<String> headings();

  /** How many of them are shown without -o wide. */
  int narrow();

  /** A cell for each heading. */
  List<String> row(Message object, Instant now);

  /** The table of a kind; kinds without one of their own have name and age. */
  static KindTable of(Kind kind) {
    return switch (kind.name()) {
      case "Pod" -> new PodTable();
      case "Deployment" -> new DeploymentTable();
      case "ReplicaSet" -> new ReplicaSetTable();
      case "Node" -> new NodeTable();
      case "Event" -> new EventTable();
      default -> SmallTables.of(kind);
    };
  }
}
