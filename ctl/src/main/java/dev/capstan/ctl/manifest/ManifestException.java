package dev.capstan.ctl.manifest;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Manifests that cannot be used, with everything that is wrong with them (at most {@value #MOST}
 * lines).
 */
public final class ManifestException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int MOST = 20;

  private final transient List<Problem> problems;

  /** With at least one problem. */
  public ManifestException(List<Problem> problems) {
    super(text(problems), null, false, false);
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, in the order of the text. */
  public List<Problem> problems() {
    return problems;
  }

  private static String text(List<Problem> problems) {
    String shown =
        problems.stream().limit(MOST).map(Problem::toString).collect(Collectors.joining("\n"));
    int more = problems.size() - MOST;
    return more > 0 ? shown + "\nand " + more + " more" : shown;
  }
}
