package dev.capstan.ctl;

import dev.capstan.ctl.args.Flag;
import java.util.List;

/**
 * How a command is used.
 *
 * @param line after {@code capstan }, e.g. {@code get TYPE [NAME…]}
 * @param summary one line
 * @param examples one per line, comments with #
 * @param args what completion offers for arguments
 * @param flags its own flags
 */
public record Usage(String line, String summary, String examples, Args args, List<Flag> flags) {

  /** What the arguments of a command are. */
  public enum Args {
    NONE,
    /** A resource type, then names of that type; or type/name. */
    RESOURCES,
    /** Names of pods, or type/name. */
    PODS,
    DEPLOYMENTS,
    /** deployment/name. */
    ROLLOUTS,
    /** deployment/name, then its containers as name=. */
    IMAGES,
    NODES,
    CONTEXTS,
    SHELLS,
    VERBS
  }
}
