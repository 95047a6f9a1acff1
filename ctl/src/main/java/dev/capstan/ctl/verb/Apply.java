package dev.capstan.ctl.verb;

import dev.capstan.api.Violation;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.manifest.Manifest;
import dev.capstan.ctl.manifest.ManifestException;
import dev.capstan.ctl.manifest.Problem;
import dev.capstan.ctl.print.Format;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.print.Printer;
import java.util.ArrayList;
import java.util.List;

/** {@code apply}: makes the cluster have what the files say. */
public final class Apply implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "apply -f FILE… [flags]",
        "Create the objects of a manifest, or change them to match it",
        """
        capstan apply -f web.yaml
        capstan apply -f manifests/ -R           # a folder and those inside it
        cat web.yaml | capstan apply -f -
        capstan apply -f web.yaml --dry-run=server

        # Everything is checked before the first object is written. A field that was in the file the
        # last time and is not any more is removed from the object.
        """,
        Usage.Args.NONE,
        List.of(
            Flags.FILENAME,
            Flags.RECURSIVE,
            Flags.DRY_RUN,
            Flags.output("yaml, json or name instead of what was done", "yaml", "json", "name")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    if (!cli.args().words().isEmpty()) {
      throw CliException.error("Unexpected args: " + cli.args().words());
    }
    List<Manifest> manifests = Inputs.read(cli);
    refuseGenerated(manifests);
    DryRun dryRun = DryRun.of(cli);
    if (dryRun == DryRun.NONE) {
      check(cli, manifests);
    }
    int failed = 0;
    for (Manifest manifest : manifests) {
      try {
        report(cli, applied(cli, manifest, dryRun), dryRun);
      } catch (ApiException.Unavailable | ApiException.Unauthenticated e) {
        throw e;
      } catch (ManifestException e) {
        Refusals.say(cli, e.problems());
        failed++;
      } catch (ApiException e) {
        Refusals.say(cli, manifest, e);
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
  }

  /** There is nothing to apply to: each apply would make another object. */
  private static void refuseGenerated(List<Manifest> manifests) {
    List<Violation> generated =
        List.of(
            new Violation(
                "metadata.generateName",
                "cannot use generate name with apply: name the object, or use create"));
    List<Problem> problems =
        manifests.stream()
            .filter(manifest -> manifest.metadata().getName().isEmpty())
            .flatMap(manifest -> manifest.locate(generated).stream())
            .toList();
    if (!problems.isEmpty()) {
      throw new ManifestException(problems);
    }
  }

  /** Lets the server look at every object before the first is stored. */
  private static void check(Cli cli, List<Manifest> manifests) throws InterruptedException {
    List<Problem> problems = new ArrayList<>();
    for (Manifest manifest : manifests) {
      try {
        new Applier(cli.api().dryRun(), manifest).apply();
      } catch (ApiException.Invalid e) {
        problems.addAll(Refusals.located(manifest, e));
      } catch (ManifestException e) {
        problems.addAll(e.problems());
      } catch (ApiException.Unavailable | ApiException.Unauthenticated | ApiException.Denied e) {
        throw e;
      } catch (ApiException e) {
        // E.g. a namespace that an earlier object of this very file makes: the write will tell.
        continue;
      }
    }
    if (!problems.isEmpty()) {
      throw new ManifestException(problems);
    }
  }

  private static Applier.Result applied(Cli cli, Manifest manifest, DryRun dryRun)
      throws InterruptedException {
    Api api = cli.api();
    return switch (dryRun) {
      case NONE -> new Applier(api, manifest).apply();
      case SERVER -> new Applier(api.dryRun(), manifest).apply();
      case CLIENT -> new Applier(api, manifest).compare();
    };
  }

  private static void report(Cli cli, Applier.Result result, DryRun dryRun) {
    Format format = Format.of(cli.args().text("output", ""));
    if (format instanceof Format.Columns) {
      cli.out().println(result.item().display() + " " + result.verb() + dryRun.suffix());
    } else {
      Item item = result.item();
      cli.out()
          .print(
              (format instanceof Format.Yaml ? "---\n" : "")
                  + Printer.plain(format).one(item, cli.now()));
    }
  }
}
