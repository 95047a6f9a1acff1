package dev.capstan.e2e.sim.mutant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * Compiles changed sources and nothing else against the class path of this process, without the
 * build's additional checks: what is to be shown is what the bug does, not that a linter sees it.
 */
final class MutantCompiler implements AutoCloseable {

  /** A source in memory. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String path, String text) {
      super(URI.create("mutant:///" + path), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
  private final StandardJavaFileManager files =
      compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);

  /**
   * Compiles sources into a folder, which is made.
   *
   * @param sources text by path from the root of the repository
   * @throws MutantException with the compiler's words
   */
  void compile(String mutant, Map<String, String> sources, Path into) {
    DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
    List<Source> units =
        sources.entrySet().stream().map(e -> new Source(e.getKey(), e.getValue())).toList();
    try {
      Files.createDirectories(into);
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(into));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> options = List.of("-proc:none", "-implicit:none", "-nowarn", "-parameters");
    if (!compiler.getTask(null, files, messages, options, null, units).call()) {
      throw new MutantException(mutant + " does not compile:" + words(messages));
    }
  }

  private static String words(DiagnosticCollector<JavaFileObject> messages) {
    StringBuilder words = new StringBuilder();
    for (Diagnostic<? extends JavaFileObject> message : messages.getDiagnostics()) {
      if (message.getKind() == Diagnostic.Kind.ERROR) {
        words.append("\n  ").append(message);
      }
    }
    return words.toString();
  }

  @Override
  public void close() {
    try {
      files.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
