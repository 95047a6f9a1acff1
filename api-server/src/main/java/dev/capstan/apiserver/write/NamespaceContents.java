package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.cache.KindTable;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.apiserver.cache.WatchCache;
import dev.capstan.apiserver.chain.Admission;

/**
 * Keeps a namespace while there is something in it that cannot be read, and one that cannot be read
 * itself while there is anything in it at all: nobody has emptied that one.
 */
public final class NamespaceContents implements Admission {

  private final WatchCache cache;

  public NamespaceContents(WatchCache cache) {
    this.cache = cache;
  }

  @Override
  public void review(Review review) {
    Message old = review.old();
    if (review.fresh() != null || old == null || !review.kind().name().equals("Namespace")) {
      return;
    }
    Snapshot now = cache.latest();
    if (now == null) {
      throw ApiErrors.unavailable("the watch cache is being built anew; try again");
    }
    check(now, review.kind(), review.kind().metadata(old).getName());
  }

  private static void check(Snapshot now, Kind kind, String name) {
    now.unreadable().refuseInNamespace(name);
    if (!now.unreadable().has(kind, name)) {
      return;
    }
    for (KindTable table : now.tables().values()) {
      for (CachedObject object : table.under(name + "/", "")) {
        throw ApiErrors.unreadable(
            "namespaces \"%s\" cannot be read and is not empty: delete what is in it first, as %s/%s"
                .formatted(name, object.object().kind().plural(), object.object().name()));
      }
    }
  }
}
