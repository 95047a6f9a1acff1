package dev.capstan.apiserver;

import dev.capstan.kvstore.DelegatingKvStore;
import dev.capstan.kvstore.KvStore;

/** A store that two servers share: closing one of them leaves it open. */
public final class SharedStore extends DelegatingKvStore {

  public SharedStore(KvStore store) {
    super(store);
  }

  @Override
  public void close() {}
}
