package dev.capstan.ctl.describe;

import com.google.protobuf.Message;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.ListOptions;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.print.EventOrder;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.table.EventTable;
import java.util.List;

/** Describes objects of all kinds. */
public final class Describer {

  private final Cli cli;
  private final boolean withEvents;

  /** With or without events at the end. */
  public Describer(Cli cli, boolean withEvents) {
    this.cli = cli;
    this.withEvents = withEvents;
  }

  /** The description of an object. */
  public String describe(Item item) throws InterruptedException {
    Sheet sheet = new Sheet();
    Message object = item.object();
    switch (object) {
      case Pod pod -> PodText.describe(sheet, pod);
      case Deployment d -> new DeploymentText(cli).describe(sheet, d);
      case ReplicaSet rs -> ReplicaSetText.describe(sheet, rs);
      case Node node -> new NodeText(cli).describe(sheet, node);
      default -> OtherText.describe(sheet, item);
    }
    boolean hasEvents = withEvents && !item.kind().name().equals("Event");
    if (hasEvents) {
      events(sheet, item);
    }
    return sheet.toString();
  }

  private void events(Sheet sheet, Item item) throws InterruptedException {
    String namespace = item.metadata().getNamespace();
    String selector =
        "involvedObject.kind=" + item.kind().name() + ",involvedObject.name=" + item.name();
    List<Event> events =
        cli.api().events().namespace(namespace).list(ListOptions.fields(selector)).items().stream()
            .filter(e -> isAbout(e, item))
            .sorted(EventOrder.BY_TIME)
            .toList();
    if (events.isEmpty()) {
      sheet.put(0, "Events", "<none>");
      return;
    }
    sheet.head(0, "Events");
    sheet.row(1, "Type", "Reason", "Age", "From", "Message");
    sheet.row(1, "----", "------", "----", "----", "-------");
    for (Event e : events) {
      sheet.row(
          1,
          e.getType(),
          e.getReason(),
          EventTable.lastSeen(e, cli.now()),
          EventTable.source(e),
          e.getMessage().strip());
    }
  }

  /** An earlier object of the same name had events of its own. Nodes' events may lack the uid. */
  private static boolean isAbout(Event e, Item item) {
    String uid = e.getInvolvedObject().getUid();
    return uid.isEmpty() || uid.equals(item.metadata().getUid()) || uid.equals(item.name());
  }
}
