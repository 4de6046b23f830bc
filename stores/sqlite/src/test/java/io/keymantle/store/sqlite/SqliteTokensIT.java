package io.keymantle.store.sqlite;

import io.keymantle.testkit.Stores;
import io.keymantle.testkit.TokenStoreContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteTokensIT extends TokenStoreContract {
  @RegisterExtension private final StoreExtension store = new StoreExtension();

  @Override
  protected Stores stores() {
    return store.ports();
  }
}
