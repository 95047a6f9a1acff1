package dev.capstan.e2e.lab;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** An etcd as anybody else on its client port sees it: keys and bytes. */
public final class RawStore {

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  RawStore(String url) {
    this.url = url;
  }

  /** The bytes under a key that is there. */
  public byte[] get(String key) throws IOException, InterruptedException {
    JsonObject request = new JsonObject();
    request.addProperty("key", base64(key.getBytes(StandardCharsets.UTF_8)));
    return Base64.getDecoder()
        .decode(
            call("/v3/kv/range", request)
                .getAsJsonArray("kvs")
                .get(0)
                .getAsJsonObject()
                .get("value")
                .getAsString());
  }

  /** Overwrites a key. */
  public void put(String key, byte[] value) throws IOException, InterruptedException {
    JsonObject request = new JsonObject();
    request.addProperty("key", base64(key.getBytes(StandardCharsets.UTF_8)));
    request.addProperty("value", base64(value));
    call("/v3/kv/put", request);
  }

  private JsonObject call(String path, JsonObject request)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(url + path))
                .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + ": " + response.statusCode() + " " + response.body());
    }
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
