package io.keymantle.testkit;

final class MemoryPersonStoreTest extends PersonStoreContract {
  @Override
  protected Stores stores() {
    return new MemoryStores().ports();
  }
}
