package io.keymantle.testkit;

final class MemoryFactorStoreTest extends FactorStoreContract {
  @Override
  protected Stores stores() {
    return new MemoryStores().ports();
  }
}
