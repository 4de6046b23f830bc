package io.keymantle.store.sqlite;

import io.keymantle.testkit.FactorStoreContract;
import io.keymantle.testkit.Stores;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteFactorsIT extends FactorStoreContract {
  @RegisterExtension private final StoreExtension store = new StoreExtension();

  @Override
  protected Stores stores() {
    return store.ports();
  }
}
