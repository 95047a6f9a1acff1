package dev.capstan.ctl;

import dev.capstan.ctl.verb.ApiResources;
import dev.capstan.ctl.verb.Apply;
import dev.capstan.ctl.verb.Completion;
import dev.capstan.ctl.verb.ConfigVerbs;
import dev.capstan.ctl.verb.Cordon;
import dev.capstan.ctl.verb.Create;
import dev.capstan.ctl.verb.Delete;
import dev.capstan.ctl.verb.DescribeVerb;
import dev.capstan.ctl.verb.Events;
import dev.capstan.ctl.verb.Explain;
import dev.capstan.ctl.verb.Get;
import dev.capstan.ctl.verb.Keys;
import dev.capstan.ctl.verb.Logs;
import dev.capstan.ctl.verb.RollingUpdate;
import dev.capstan.ctl.verb.RolloutEdit;
import dev.capstan.ctl.verb.RolloutHistory;
import dev.capstan.ctl.verb.RolloutStatus;
import dev.capstan.ctl.verb.RolloutUndo;
import dev.capstan.ctl.verb.Run;
import dev.capstan.ctl.verb.Scale;
import dev.capstan.ctl.verb.SetImage;
import dev.capstan.ctl.verb.Taint;
import dev.capstan.ctl.verb.Train;
import dev.capstan.ctl.verb.VersionVerb;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verbs by name. A switch rather than a map, so that a run loads only the classes of its own
 * verb.
 */
public final class Verbs {

  /** Verbs under a heading, in the order help shows them. */
  public record Group(String heading, List<String> verbs) {}

  private Verbs() {}

  /** What {@code capstan} alone prints. */
  public static List<Group> groups() {
    return List.of(
        new Group(
            "Run and change workloads",
            List.of("run", "rolling-update", "scale", "rollout", "set")),
        new Group("Look", List.of("get", "describe", "logs", "events")),
        new Group(
            "Manifests and objects", List.of("apply", "create", "delete", "label", "annotate")),
        new Group("Nodes", List.of("cordon", "uncordon", "taint")),
        new Group(
            "Other",
            List.of("config", "api-resources", "explain", "completion", "version", "help")));
  }

  /** Sub-verbs; empty if the verb has none. */
  public static List<String> subs(String verb) {
    return switch (verb) {
      case "rollout" -> List.of("status", "history", "undo", "pause", "resume", "restart");
      case "set" -> List.of("image");
      case "config" ->
          List.of(
              "get-contexts",
              "current-context",
              "use-context",
              "set-context",
              "delete-context",
              "view");
      default -> List.of();
    };
  }

  /** One line on a verb that has sub-verbs. */
  public static String groupSummary(String verb) {
    return switch (verb) {
      case "rollout" -> "Watch, undo, pause or repeat the rollout of a deployment";
      case "set" -> "Change a field of an object";
      case "config" -> "Clusters this command knows (~/.capstan/config)";
      default -> "";
    };
  }

  /**
   * The command of a verb, e.g. {@code "get"} or {@code "rollout status"}; null if there is none.
   */
  public static @Nullable Command command(String path) {
    return switch (path) {
      case "run" -> new Run();
      case "rolling-update" -> new RollingUpdate();
      case "scale" -> new Scale();
      case "rollout status" -> new RolloutStatus();
      case "rollout history" -> new RolloutHistory();
      case "rollout undo" -> new RolloutUndo();
      case "rollout pause", "rollout resume", "rollout restart" -> RolloutEdit.of(path);
      case "set image" -> new SetImage();
      case "get" -> new Get();
      case "describe" -> new DescribeVerb();
      case "logs" -> new Logs();
      case "events" -> new Events();
      case "apply" -> new Apply();
      case "create" -> new Create();
      case "delete" -> new Delete();
      case "label", "annotate" -> Keys.of(path);
      case "cordon", "uncordon" -> Cordon.of(path);
      case "taint" -> new Taint();
      case "api-resources" -> new ApiResources();
      case "explain" -> new Explain();
      case "completion" -> new Completion();
      case "version" -> new VersionVerb();
      case "__train" -> new Train();
      default -> path.startsWith("config ") ? ConfigVerbs.of(path.substring(7)) : null;
    };
  }

  /** Verbs that kubectl has and this version has not. */
  static boolean isKubectl(String verb) {
    return switch (verb) {
      case "exec",
          "attach",
          "cp",
          "port-forward",
          "top",
          "edit",
          "patch",
          "replace",
          "diff",
          "expose",
          "autoscale",
          "drain",
          "wait",
          "auth",
          "cluster-info",
          "debug",
          "proxy",
          "kustomize",
          "certificate",
          "api-versions",
          "plugin",
          "options",
          "alpha" ->
          true;
      default -> false;
    };
  }

  /** Sub-verbs of kubectl under a verb we have. */
  static boolean isKubectlSub(String verb, String sub) {
    return switch (verb + " " + sub) {
      case "set env",
          "set resources",
          "set selector",
          "set serviceaccount",
          "set subject",
          "config set",
          "config unset",
          "config set-cluster",
          "config set-credentials",
          "config rename-context",
          "config get-clusters",
          "config get-users",
          "config delete-cluster",
          "config delete-user" ->
          true;
      default -> false;
    };
  }
}
