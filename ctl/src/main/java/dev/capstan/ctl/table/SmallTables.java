package dev.capstan.ctl.table;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Kinds with a column or two between name and age. */
final class SmallTables {

  private SmallTables() {}

  static KindTable of(Kind kind) {
    return switch (kind.name()) {
      case "Namespace" -> new Columns(kind, List.of("STATUS"), o -> List.of(phase((Namespace) o)));
      case "ConfigMap" ->
          new Columns(
              kind,
              List.of("DATA"),
              o ->
                  List.of(
                      count(
                          ((ConfigMap) o).getDataCount() + ((ConfigMap) o).getBinaryDataCount())));
      case "Secret" ->
          new Columns(
              kind,
              List.of("TYPE", "DATA"),
              o -> List.of(((Secret) o).getType(), count(((Secret) o).getDataCount())));
      case "Lease" ->
          new Columns(
              kind, List.of("HOLDER"), o -> List.of(((Lease) o).getSpec().getHolderIdentity()));
      default -> new Columns(kind, List.of(), o -> List.of());
    };
  }

  private static String phase(Namespace ns) {
    return ns.getStatus().getPhase().isEmpty() ? "Active" : ns.getStatus().getPhase();
  }

  private static String count(int n) {
    return Integer.toString(n);
  }

  private record Columns(Kind kind, List<String> between, Function<Message, List<String>> cells)
      implements KindTable {

    @Override
    public List<String> headings() {
      List<String> all = new ArrayList<>();
      all.add("NAME");
      all.addAll(between);
      all.add("AGE");
      return List.copyOf(all);
    }

    @Override
    public int narrow() {
      return between.size() + 2;
    }

    @Override
    public List<String> row(Message object, Instant now) {
      List<String> all = new ArrayList<>();
      all.add(kind.metadata(object).getName());
      all.addAll(cells.apply(object));
      all.add(Cells.age(kind.metadata(object), now));
      return List.copyOf(all);
    }
  }
}
