package dev.capstan.ctl.cluster;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.client.Api;
import dev.capstan.client.ObjectType;
import dev.capstan.client.Resource;
import dev.capstan.ctl.CliException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What a command is about: an object, or all of a kind.
 *
 * @param name empty for all
 */
public record Target(Kind kind, String name) {

  /** How results call it: {@code deployment.apps/web}, {@code pod/web-1}. */
  public String display() {
    return kind.singularResource() + "/" + name;
  }

  /** The objects of a kind; {@code namespace} is ignored for kinds that have none. */
  public static Resource<Message> resource(Api api, Kind kind, String namespace) {
    Resource<Message> all = api.resource(ObjectType.of(kind.prototype()));
    return kind.namespaced() ? all.namespace(namespace) : all;
  }

  /** Reads {@code pods a b}, {@code po,deploy}, {@code deploy/web pod/x}, {@code all}. */
  public static List<Target> parse(KindRegistry kinds, List<String> words) {
    if (words.isEmpty()) {
      throw CliException.error(
          "You must specify the type of resource, such as `pods`. Use \"capstan api-resources\" for"
              + " a list of them.");
    }
    List<Target> targets = new ArrayList<>();
    if (words.getFirst().contains("/")) {
      for (String word : words) {
        targets.add(slashed(kinds, word));
      }
      return targets;
    }
    List<Kind> types = types(kinds, words.getFirst());
    for (String name : words.subList(1, words.size())) {
      if (name.contains("/")) {
        throw CliException.error(
            "there is no need to specify a resource type as a separate argument when passing"
                + " arguments in resource/name form (e.g. 'capstan get resource/<resource_name>'"
                + " instead of 'capstan get resource resource/<resource_name>')");
      }
      types.forEach(kind -> targets.add(new Target(kind, name)));
    }
    if (words.size() == 1) {
      types.forEach(kind -> targets.add(new Target(kind, "")));
    }
    return targets;
  }

  private static Target slashed(KindRegistry kinds, String word) {
    int slash = word.indexOf('/');
    boolean wellFormed = slash > 0 && slash == word.lastIndexOf('/') && slash < word.length() - 1;
    if (slash < 0) {
      throw CliException.error(
          "there is no resource type in \""
              + word
              + "\": write it as type/name, such as pod/"
              + word);
    }
    if (!wellFormed) {
      throw CliException.error(
          "arguments in resource/name form must have a single resource and name, not \""
              + word
              + "\"");
    }
    return new Target(kind(kinds, word.substring(0, slash)), word.substring(slash + 1));
  }

  private static List<Kind> types(KindRegistry kinds, String word) {
    LinkedHashSet<Kind> types = new LinkedHashSet<>();
    for (String type : word.split(",", -1)) {
      if (type.equals("all")) {
        // Core kinds first: pods on top, then what makes them.
        kinds.kinds().stream()
            .filter(k -> k.info().getInAll())
            .sorted(Comparator.comparing(k -> k.info().getGroup()))
            .forEach(types::add);
      } else {
        types.add(kind(kinds, type));
      }
    }
    return List.copyOf(types);
  }

  /** The kind a word stands for. */
  public static Kind kind(KindRegistry kinds, String word) {
    return kinds
        .byAlias(word)
        .orElseThrow(
            () -> CliException.error("the server doesn't have a resource type \"" + word + "\""));
  }
}
