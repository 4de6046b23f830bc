package io.keymantle.store.sqlite;

import io.keymantle.testkit.PersonStoreContract;
import io.keymantle.testkit.Stores;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqlitePeopleIT extends PersonStoreContract {
  @RegisterExtension private final StoreExtension store = new StoreExtension();

  @Override
  protected Stores stores() {
    return store.ports();
  }
}
