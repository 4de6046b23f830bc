package io.keymantle.testkit;

class MemoryAgentStoreTest extends AgentStoreContract {
  @Override
  protected Stores stores() {
    return new MemoryStores().ports();
  }
}
