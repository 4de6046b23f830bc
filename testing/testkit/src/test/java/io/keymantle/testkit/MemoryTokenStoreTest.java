package io.keymantle.testkit;

final class MemoryTokenStoreTest extends TokenStoreContract {
  @Override
  protected Stores stores() {
    return new MemoryStores().ports();
  }
}
