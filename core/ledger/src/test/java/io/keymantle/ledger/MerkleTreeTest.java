package io.keymantle.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The eight-leaf tree that Certificate Transparency's reference implementations are tested with
/// (leaves and roots as in their published test vectors for RFC 6962).
class MerkleTreeTest {
  private static final List<String> LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");
  private static final List<String> ROOTS =
      List.of(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  @Test
  void theRootsOfTheReferenceTreeAreThePublishedOnes() {
    var tree = new MerkleTree();
    for (int size = 0; size <= LEAVES.size(); size++) {
      assertThat(tree.root()).hasToString(ROOTS.get(size));
      if (size < LEAVES.size()) {
        byte[] leaf = HexFormat.of().parseHex(LEAVES.get(size));
        tree.append(tree.leafHash(leaf, 0, leaf.length), (level, index, hashes) -> {});
      }
    }
  }

  @Test
  void thePublishedInclusionProofsVerify() {
    assertIncluded(
        0,
        8,
        8,
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
    assertIncluded(
        5,
        8,
        8,
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    assertIncluded(2, 3, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
  }

  @Test
  void thePublishedConsistencyProofsVerify() {
    assertConsistent(1, 1);
    assertConsistent(
        1,
        8,
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
    assertConsistent(
        2,
        5,
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
  }

  @Test
  void aProofThatIsLongerShorterOrOtherIsRefused() {
    var leaf = TreeHash.ofLeaf(HexFormat.of().parseHex(LEAVES.getFirst()));
    var root = hash(ROOTS.get(8));
    var first = hash("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7");
    assertThat(MerkleProofs.verifies(new InclusionProof(0, 8, List.of()), leaf, root)).isFalse();
    assertThat(MerkleProofs.verifies(new InclusionProof(0, 8, List.of(first)), leaf, root))
        .isFalse();
    assertThat(
            MerkleProofs.verifies(
                new InclusionProof(0, 1, List.of(first)), leaf, hash(ROOTS.get(1))))
        .isFalse();
    assertThat(MerkleProofs.verifies(new InclusionProof(0, 0, List.of()), leaf, root)).isFalse();
    assertThat(
            MerkleProofs.verifies(new ConsistencyProof(3, 8, List.of()), hash(ROOTS.get(3)), root))
        .isFalse();
    assertThat(MerkleProofs.verifies(new ConsistencyProof(8, 8, List.of(first)), root, root))
        .isFalse();
    assertThat(MerkleProofs.verifies(new ConsistencyProof(0, 8, List.of()), root, root)).isFalse();
  }

  private static void assertIncluded(int index, int size, int rootOf, String... path) {
    var proof =
        new InclusionProof(index, size, List.of(path).stream().map(MerkleTreeTest::hash).toList());
    var leaf = TreeHash.ofLeaf(HexFormat.of().parseHex(LEAVES.get(index)));
    assertThat(MerkleProofs.verifies(proof, leaf, hash(ROOTS.get(rootOf)))).isTrue();
  }

  private static void assertConsistent(int oldSize, int newSize, String... path) {
    var proof =
        new ConsistencyProof(
            oldSize, newSize, List.of(path).stream().map(MerkleTreeTest::hash).toList());
    assertThat(MerkleProofs.verifies(proof, hash(ROOTS.get(oldSize)), hash(ROOTS.get(newSize))))
        .isTrue();
  }

  private static TreeHash hash(String hex) {
    return new TreeHash(HexFormat.of().parseHex(hex));
  }
}
