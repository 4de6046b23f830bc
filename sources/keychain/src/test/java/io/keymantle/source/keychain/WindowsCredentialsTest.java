package io.keymantle.source.keychain;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.CredentialName;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.keychain.FakeCredentialManager.Stored;
import io.keymantle.source.spi.SecretSource;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import io.keymantle.source.spi.SourceValue;
import java.lang.foreign.MemoryLayout.PathElement;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The Credential Manager of Windows as any source, over structures in memory that are a fake's.
final class WindowsCredentialsTest extends KeychainContract {
  private static final int GENERIC = 1;

  private final FakeCredentialManager manager = new FakeCredentialManager();
  private KeychainSource source;

  @BeforeEach
  void start() {
    source = source(Map.of());
  }

  private KeychainSource source(Map<String, String> values) {
    SourceSettings settings = new SourceSettings("keychain", values, Map.of(), Map.of());
    return new KeychainSource(settings, new WindowsCredentials(settings, () -> manager));
  }

  private void put(String target, String user, byte[] blob) {
    manager.credentials.put(target, new Stored(GENERIC, user, blob));
  }

  @Override
  protected SecretSource source() {
    return source;
  }

  @Override
  protected String put(String item, String value) {
    manager.error = 0;
    put(item + "/bot", "bot", value.getBytes(UTF_8));
    return "keychain:" + item + "/bot";
  }

  @Override
  protected Set<Trouble> troubles() {
    return EnumSet.of(Trouble.FORBIDS, Trouble.LOGIN_EXPIRED, Trouble.FAILS);
  }

  @Override
  protected void suffer(Trouble trouble) {
    manager.error =
        switch (trouble) {
          case FORBIDS -> 5;
          case LOGIN_EXPIRED -> 1312;
          case FAILS -> 1722;
          default -> throw new UnsupportedOperationException(trouble.name());
        };
  }

  /// `CREDENTIALW` of wincred.h on 64 bits.
  @Test
  void structure_hasTheLayoutOfWindows() {
    assertThat(WindowsCredential.LAYOUT.byteSize()).isEqualTo(80);
    Map.of(
            "Type",
            4L,
            "TargetName",
            8L,
            "LastWrittenLow",
            24L,
            "CredentialBlobSize",
            32L,
            "CredentialBlob",
            40L,
            "Persist",
            48L,
            "Attributes",
            56L,
            "TargetAlias",
            64L,
            "UserName",
            72L)
        .forEach((field, offset) ->
            assertThat(WindowsCredential.LAYOUT.byteOffset(PathElement.groupElement(field)))
                .as(field)
                .isEqualTo(offset));
  }

  @Test
  void eachLibrarysTarget_isFound() throws Exception {
    put("keytar/a", "", CANARY.getBytes(UTF_8));
    put("go:a", "a", CANARY.getBytes(UTF_8));
    put("a.rust", "a", CANARY.getBytes(UTF_8));
    put("a@python", "a", CANARY.getBytes(UTF_8));
    put("python2", "a", CANARY.getBytes(UTF_8));

    for (String service : new String[] {"keytar", "go", "rust", "python", "python2"}) {
      assertThat(read("keychain:" + service + "/a")).as(service).isEqualTo(CANARY);
    }
    assertThat(failure("keychain:python2/b").reason()).isEqualTo(Reason.NOT_FOUND);
    assertThat(read("keychain:?target=python2")).isEqualTo(CANARY);
  }

  @Test
  void twoTargetsOfOneName_areRefused() {
    put("s/a", "a", CANARY.getBytes(UTF_8));
    put("s:a", "a", CANARY.getBytes(UTF_8));

    assertThat(failure("keychain:s/a")).hasMessageContaining("2 items");
  }

  @Test
  void everythingThatWasHandedOut_isZeroedAndFreed() throws Exception {
    read(put("item", CANARY));
    put("item", "other", CANARY.getBytes(UTF_8));
    manager.credentials.put("domain", new Stored(2, "", CANARY.getBytes(UTF_8)));
    failure("keychain:item/nobody");
    assertThat(source.browse(""))
        .extracting(SourceReference::toString)
        .containsExactly("keychain:?target=item", "keychain:?target=item%2Fbot");

    assertThat(manager.hasZeroedWhatItHandedOut()).isTrue();
    assertThat(manager.freed).isEqualTo(manager.handedOut).isEqualTo(3);
  }

  @Test
  void wideText_isReadAsUtf8_onceItIsSaidToBe() throws Exception {
    put("s/a", "a", (CANARY + "é😀").getBytes(UTF_16LE));

    SourceException why = failure("keychain:s/a");
    assertThat(why.reason()).isEqualTo(Reason.MALFORMED);
    assertThat(why.fix()).contains("encoding=utf-16");

    source = source(Map.of("encoding", "utf-16"));
    assertThat(read("keychain:s/a")).isEqualTo(CANARY + "é😀");
    put("s/a", "a", new byte[] {1, 2, 3});
    assertThat(failure("keychain:s/a").reason()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void timeOfWriting_isTheVersion() throws Exception {
    put("s/a", "a", CANARY.getBytes(UTF_8));

    SourceValue value =
        source.read(new CredentialName("github-api"), new SourceReference("keychain", "s/a"));

    value.bytes().close();
    assertThat(value.version()).isEqualTo("2026-11-26T10:00:00Z");
  }

  @Test
  void otherAttributesThanATarget_areRefused() {
    assertThat(
            catchThrowableOfType(
                    RefusedException.class,
                    () -> source.check(new SourceReference("keychain", "?service=s")))
                .problem()
                .fix())
        .contains("?target=NAME");
  }
}
