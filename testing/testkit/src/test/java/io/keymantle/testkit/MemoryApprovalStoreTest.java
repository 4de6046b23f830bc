package io.keymantle.testkit;

final class MemoryApprovalStoreTest extends ApprovalStoreContract {
  @Override
  protected Stores stores() {
    return new MemoryStores().ports();
  }
}
