package dev.capstan.ctl.describe;

import com.google.protobuf.ByteString;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Secret;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.text.JsonPath;
import java.util.Map;
import java.util.TreeMap;

/**
 * Kinds that need little: configuration, secrets (never their values), namespaces, and whatever
 * comes.
 */
final class OtherText {

  private OtherText() {}

  static void describe(Sheet sheet, Item item) {
    ObjectMeta meta = item.metadata();
    sheet.put(0, "Name", meta.getName());
    if (item.kind().namespaced()) {
      sheet.put(0, "Namespace", meta.getNamespace());
    }
    sheet.map(0, "Labels", meta.getLabelsMap(), "=");
    sheet.map(0, "Annotations", meta.getAnnotationsMap(), ": ");
    switch (item.object()) {
      case Namespace ns ->
          sheet.put(
              0,
              "Status",
              ns.getStatus().getPhase().isEmpty() ? "Active" : ns.getStatus().getPhase());
      case Secret secret -> secret(sheet, secret);
      case ConfigMap map -> config(sheet, map);
      default -> fields(sheet, item);
    }
  }

  private static void secret(Sheet sheet, Secret secret) {
    sheet.put(0, "Type", secret.getType());
    sheet.head(0, "Data");
    Map<String, ByteString> data = new TreeMap<>(secret.getDataMap());
    data.forEach((k, v) -> sheet.put(1, k, v.size() + " bytes"));
  }

  private static void config(Sheet sheet, ConfigMap map) {
    sheet.head(0, "Data");
    new TreeMap<>(map.getDataMap())
        .forEach((k, v) -> {
          sheet.head(1, k);
          v.lines().forEach(line -> sheet.row(2, line));
        });
    Map<String, ByteString> binary = new TreeMap<>(map.getBinaryDataMap());
    if (!binary.isEmpty()) {
      sheet.head(0, "BinaryData");
      binary.forEach((k, v) -> sheet.put(1, k, v.size() + " bytes"));
    }
  }

  private static void fields(Sheet sheet, Item item) {
    ObjectJson.print(item.object())
        .entrySet()
        .forEach(e -> {
          if (e.getKey().equals("metadata")) {
            return;
          }
          String name = Character.toUpperCase(e.getKey().charAt(0)) + e.getKey().substring(1);
          if (!e.getValue().isJsonObject()) {
            sheet.put(0, name, JsonPath.text(e.getValue()));
            return;
          }
          sheet.head(0, name);
          e.getValue()
              .getAsJsonObject()
              .entrySet()
              .forEach(f -> sheet.put(1, f.getKey(), JsonPath.text(f.getValue())));
        });
  }
}
