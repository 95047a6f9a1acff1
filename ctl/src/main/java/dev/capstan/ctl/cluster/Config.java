package dev.capstan.ctl.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Env;
import dev.capstan.ctl.manifest.PlainYaml;
import dev.capstan.ctl.text.YamlPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configuration file: {@code $CAPSTAN_CONFIG}, else {@code ~/.capstan/config}.
 *
 * @param current name of the context in use; empty for none
 * @param contexts in the order of the file
 */
public record Config(String current, List<Context> contexts) {

  /**
   * A cluster and how to reach it.
   *
   * @param server HOST:PORT
   * @param tokenFile empty for none
   * @param namespace empty for "default"
   */
  public record Context(String name, String server, String tokenFile, String namespace) {}

  /** Nothing configured. */
  public static final Config EMPTY = new Config("", List.of());

  /** Where the file is. */
  public static Path path(Env env) {
    String set = env.variables().getOrDefault("CAPSTAN_CONFIG", "");
    return set.isEmpty() ? env.home().resolve(".capstan").resolve("config") : env.file(set);
  }

  /** Reads the file; a missing one is empty. */
  public static Config load(Env env) {
    Path path = path(env);
    try {
      return parse(path.toString(), Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      return EMPTY;
    } catch (IOException e) {
      throw CliException.error("cannot read " + path + ": " + e.getMessage());
    }
  }

  private static Config parse(String file, byte[] bytes) {
    PlainYaml root = PlainYaml.read(file, bytes, List.of("current-context", "contexts"));
    List<Context> contexts = new ArrayList<>();
    for (PlainYaml c :
        root.list("contexts", List.of("name", "server", "token-file", "namespace"))) {
      contexts.add(
          new Context(c.text("name"), c.text("server"), c.text("token-file"), c.text("namespace")));
    }
    return new Config(root.text("current-context"), List.copyOf(contexts));
  }

  /** The context of this name. */
  public Optional<Context> find(String name) {
    return contexts.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  /** The same with the context added, or replaced where it stands. */
  public Config with(Context context) {
    List<Context> all = new ArrayList<>(contexts);
    all.replaceAll(c -> c.name().equals(context.name()) ? context : c);
    if (find(context.name()).isEmpty()) {
      all.add(context);
    }
    return new Config(current, List.copyOf(all));
  }

  /** The same without a context; if it was the current one, none is. */
  public Config without(String name) {
    List<Context> rest = contexts.stream().filter(c -> !c.name().equals(name)).toList();
    return new Config(current.equals(name) ? "" : current, rest);
  }

  /** As a tree, for printing. */
  public JsonObject json() {
    JsonObject root = new JsonObject();
    root.addProperty("current-context", current);
    JsonArray list = new JsonArray();
    for (Context c : contexts) {
      JsonObject o = new JsonObject();
      add(o, "name", c.name());
      add(o, "server", c.server());
      add(o, "token-file", c.tokenFile());
      add(o, "namespace", c.namespace());
      list.add(o);
    }
    root.add("contexts", list);
    return root;
  }

  private static void add(JsonObject o, String key, String value) {
    if (!value.isEmpty()) {
      o.addProperty(key, value);
    }
  }

  /** Writes the file, whole or not at all. */
  public void save(Env env) throws IOException {
    Path path = path(env);
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(fresh, YamlPrinter.print(json()));
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
