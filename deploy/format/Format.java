import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The formatter gate: {@code Format check FOLDER} fails on a file that google-java-format would
 * change, {@code Format apply FOLDER} changes it.
 *
 * <p>Run as a source file by the parent pom. Digests of files known to be well formatted are kept
 * in target/formatter/clean, so a second run reads the files and formats only those that changed.
 */
final class Format {
  private static final Path CLEAN = Path.of("target/formatter/clean");

  private final Formatter formatter =
      new Formatter(
          JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.GOOGLE).build());
  private final Set<String> clean = new TreeSet<>();
  private final List<String> faults = new ArrayList<>();

  public static void main(String[] args) throws Exception {
    System.exit(new Format().run(args[0].equals("apply"), Path.of(args[1])) ? 0 : 1);
  }

  private boolean run(boolean apply, Path root) throws Exception {
    Set<String> before =
        Files.exists(CLEAN) ? new TreeSet<>(Files.readAllLines(CLEAN)) : new TreeSet<>();
    for (Path file : sources(root)) {
      visit(file, apply, before);
    }
    remember(apply, before);
    if (!faults.isEmpty()) {
      System.err.println("Not as google-java-format writes it (deploy/fmt applies it):");
      faults.forEach(fault -> System.err.println("  " + fault));
    }
    return faults.isEmpty();
  }

  /** A check covers everything, so it may forget; an apply may have seen one module only. */
  private void remember(boolean apply, Set<String> before) throws IOException {
    if (apply) {
      clean.addAll(before);
    }
    Files.createDirectories(CLEAN.getParent());
    Files.write(CLEAN, clean);
  }

  private void visit(Path file, boolean apply, Set<String> before) throws Exception {
    String text = Files.readString(file);
    String digest = digest(text);
    if (before.contains(digest)) {
      clean.add(digest);
      return;
    }
    String formatted;
    try {
      formatted = format(text);
    } catch (Exception e) {
      faults.add(file + ": " + e.getMessage());
      return;
    }
    if (formatted.equals(text)) {
      clean.add(digest);
    } else if (apply) {
      Files.writeString(file, formatted);
      clean.add(digest(formatted));
    } else {
      faults.add(file.toString());
    }
  }

  private String format(String text) throws Exception {
    String ordered =
        ImportOrderer.reorderImports(
            RemoveUnusedImports.removeUnusedImports(text), JavaFormatterOptions.Style.GOOGLE);
    return formatter.formatSource(ordered);
  }

  private static String digest(String text) throws Exception {
    byte[] sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes("UTF-8"));
    return HexFormat.of().formatHex(sha);
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            String name = String.valueOf(dir.getFileName());
            boolean skip = name.equals("target") || (name.startsWith(".") && name.length() > 1);
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return found;
  }
}
