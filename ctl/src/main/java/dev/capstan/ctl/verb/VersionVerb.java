package dev.capstan.ctl.verb;

import com.google.gson.JsonObject;
import dev.capstan.api.v1.InfoResponse;
import dev.capstan.client.ApiException;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Failures;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.text.Escapes;
import dev.capstan.ctl.text.JsonPrinter;
import dev.capstan.ctl.text.YamlPrinter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code version}: of the command and of the server. */
public final class VersionVerb implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "version [flags]",
        "Print the version of this command and of the server",
        """
        capstan version
        capstan version --client
        capstan version -o yaml
        """,
        Usage.Args.NONE,
        List.of(
            Flag.bool("client", '\0', "Only this command's, without asking the server"),
            Flags.output("yaml or json", "yaml", "json")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    String output = cli.args().text("output", "");
    if (!List.of("", "yaml", "json").contains(output)) {
      throw CliException.error("--output must be 'yaml' or 'json'");
    }
    InfoResponse server = null;
    String failure = "";
    if (!cli.args().is("client")) {
      try {
        server = cli.api().info();
        cli.session().warnIfDifferent(server.getVersion());
      } catch (ApiException e) {
        failure = Failures.text(cli, e);
      }
    }
    cli.out().print(output.isEmpty() ? text(server) : tree(server, output));
    cli.out().flush();
    if (!failure.isEmpty()) {
      cli.err().println(failure);
      return 1;
    }
    return 0;
  }

  private static String text(@Nullable InfoResponse server) {
    String client = "Client Version: " + ConnectionOptions.VERSION + "\n";
    return server == null
        ? client
        : client
            + "Server Version: "
            + Escapes.line(server.getVersion())
            + " (cluster "
            + Escapes.line(server.getClusterName())
            + ", store "
            + Escapes.line(server.getStore())
            + ")\n";
  }

  private static String tree(@Nullable InfoResponse server, String output) {
    JsonObject root = new JsonObject();
    JsonObject client = new JsonObject();
    client.addProperty("version", ConnectionOptions.VERSION);
    root.add("clientVersion", client);
    if (server != null) {
      JsonObject s = new JsonObject();
      s.addProperty("version", server.getVersion());
      s.addProperty("clusterName", server.getClusterName());
      s.addProperty("clusterID", server.getClusterId());
      s.addProperty("store", server.getStore());
      s.addProperty("javaVersion", server.getJavaVersion());
      s.addProperty("gitCommit", server.getGitCommit());
      root.add("serverVersion", s);
    }
    return output.equals("json") ? JsonPrinter.print(root) : YamlPrinter.print(root);
  }
}
