package io.keymantle.testkit;

class MemoryCredentialStoreTest extends CredentialStoreContract {
  @Override
  protected Stores stores() {
    return new MemoryStores().ports();
  }
}
