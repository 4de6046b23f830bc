package io.keymantle.testkit;

class MemoryGrantStoreTest extends GrantStoreContract {
  @Override
  protected Stores stores() {
    return new MemoryStores().ports();
  }
}
