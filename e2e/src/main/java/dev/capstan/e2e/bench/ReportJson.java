package dev.capstan.e2e.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A report for programs: one file for each benchmark. */
final class ReportJson {

  private ReportJson() {}

  /** Writes {@code FOLDER/<name>.json}. */
  static void write(Path folder, Report report, Map<String, String> machine) throws IOException {
    Files.createDirectories(folder);
    String text =
        new GsonBuilder()
            .setPrettyPrinting()
            .serializeSpecialFloatingPointValues()
            .create()
            .toJson(of(report, machine));
    Files.writeString(folder.resolve(report.name() + ".json"), text + "\n");
  }

  static JsonObject of(Report report, Map<String, String> machine) {
    JsonObject json = new JsonObject();
    json.addProperty("benchmark", report.name());
    json.addProperty("title", report.title());
    json.addProperty("sound", report.sound());
    json.add("machine", texts(machine));
    json.add("conditions", texts(report.conditions()));
    JsonArray figures = new JsonArray();
    report.figures().forEach(figure -> figures.add(of(figure)));
    json.add("figures", figures);
    JsonArray checks = new JsonArray();
    report.checks().forEach(check -> checks.add(of(check)));
    json.add("checks", checks);
    return json;
  }

  private static JsonObject texts(Map<String, String> texts) {
    JsonObject json = new JsonObject();
    texts.forEach(json::addProperty);
    return json;
  }

  private static JsonObject of(Figure figure) {
    JsonObject json = new JsonObject();
    json.addProperty("scenario", figure.scenario());
    json.addProperty("measure", figure.measure());
    json.addProperty("unit", figure.unit());
    json.addProperty("more_is_better", figure.isMoreBetter());
    json.addProperty("median", figure.median());
    JsonArray samples = new JsonArray();
    figure.samples().forEach(samples::add);
    json.add("samples", samples);
    Figure.Goal goal = figure.goal();
    if (goal != null) {
      json.addProperty(goal.atMost() ? "at_most" : "at_least", goal.value());
      json.addProperty("met", goal.met(figure.median()));
    }
    if (figure.reference() != null) {
      json.addProperty("another_day", figure.reference());
    }
    return json;
  }

  private static JsonObject of(Check check) {
    JsonObject json = new JsonObject();
    json.addProperty("what", check.what());
    json.addProperty("holds", check.holds());
    json.addProperty("detail", check.detail());
    return json;
  }
}
