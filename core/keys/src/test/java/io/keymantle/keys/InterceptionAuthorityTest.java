package io.keymantle.keys;

import static io.keymantle.keys.KeyringFixture.NOW;
import static io.keymantle.keys.KeyringFixture.RANDOM;
import static io.keymantle.keys.KeyringFixture.codeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.ErrorCode;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class InterceptionAuthorityTest {
  private Instant now = NOW;
  private final Clock clock = new MovingClock();
  private final RootCertificate root = RootCertificate.create("laptop", clock, RANDOM);
  private final InterceptionAuthority authority = new InterceptionAuthority(root, clock, RANDOM);

  @Test
  void root_isWhatInitPromises() throws Exception {
    X509Certificate certificate = authority.root();

    assertThat(certificate.getSubjectX500Principal().getName())
        .isEqualTo("CN=Keymantle local root (laptop)");
    assertThat(certificate.getBasicConstraints()).isEqualTo(1);
    assertThat(certificate.getSerialNumber().bitLength()).isEqualTo(127);
    assertThat(certificate.getNotAfter().toInstant())
        .isEqualTo(NOW.atOffset(ZoneOffset.UTC).plusYears(10).toInstant());
    assertThat(certificate.getKeyUsage())
        .containsExactly(false, false, false, false, false, true, true, false, false);
    certificate.verify(certificate.getPublicKey());
  }

  @Test
  void leaf_isValidForItsOwnHostAlone() throws Exception {
    authority.permit(Set.of("api.github.com", "127.0.0.1", "[::1]", "my_host.internal"));

    assertThat(names("api.github.com")).containsExactly(List.of(2, "api.github.com"));
    assertThat(names("my_host.internal")).containsExactly(List.of(2, "my_host.internal"));
    assertThat(names("127.0.0.1")).containsExactly(List.of(7, "127.0.0.1"));
    assertThat(names("[::1]")).containsExactly(List.of(7, "0:0:0:0:0:0:0:1"));
  }

  @Test
  void leaf_isShortLivedBackdatedAndForServersOnly() throws Exception {
    authority.permit(Set.of("api.github.com"));
    X509Certificate leaf = authority.certificate("api.github.com").chain()[0];

    assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofHours(1)));
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(Intermediate.LEAF_LIFE));
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.15", "2.5.29.19");
  }

  @Test
  void intermediate_signsNoFurtherAuthoritiesAndIsConstrainedCritically() {
    authority.permit(Set.of("api.github.com"));
    X509Certificate[] chain = authority.certificate("api.github.com").chain();

    assertThat(chain).hasSize(2);
    assertThat(chain[1].getBasicConstraints()).isZero();
    assertThat(chain[1].getCriticalExtensionOIDs()).contains("2.5.29.30");
    assertThat(chain[1].getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(7)));
  }

  @Test
  void hostOutsideThePermittedSet_isRefused() {
    authority.permit(Set.of("api.github.com"));

    for (String host :
        List.of("evil.example", "github.com", "x.api.github.com", "API.github.com", "", "*")) {
      assertThat(codeOf(() -> authority.certificate(host)))
          .isEqualTo(ErrorCode.DESTINATION_NOT_ALLOWED);
    }
  }

  @Test
  void hostThatIsNotCanonical_isNeverPermitted() {
    for (String host :
        List.of("", "A.example", "a.example.", "*.example", "a..b", "0x7f.1", "::1", "a b")) {
      assertThat(codeOf(() -> authority.permit(Set.of(host))))
          .as(host)
          .isEqualTo(ErrorCode.DESTINATION_NOT_ALLOWED);
      assertThat(codeOf(() -> authority.permitAlso(host)))
          .isEqualTo(ErrorCode.DESTINATION_NOT_ALLOWED);
    }
  }

  @Test
  void certificate_untilItIsRenewed_isTheSameObject() {
    authority.permit(Set.of("api.github.com"));
    assertThat(authority.cached("api.github.com")).isEmpty();
    HostCertificate first = authority.certificate("api.github.com");

    authority.permit(Set.of("api.github.com"));
    now = now.plus(Duration.ofHours(23));
    assertThat(authority.certificate("api.github.com")).isSameAs(first);
    assertThat(authority.cached("api.github.com")).containsSame(first);

    now = now.plus(Duration.ofHours(2));
    assertThat(authority.cached("api.github.com")).isEmpty();
    HostCertificate renewed = authority.certificate("api.github.com");
    assertThat(renewed).isNotSameAs(first);
    assertThat(renewed.chain()[1]).isEqualTo(first.chain()[1]);
    assertThat(renewed.key()).isEqualTo(first.key());
  }

  @Test
  void intermediate_isRenewedBeforeALeafWouldOutliveIt() {
    authority.permit(Set.of("api.github.com"));
    authority.permitAlso("elsewhere.example");
    for (int day = 0; day < 30; day++) {
      for (String host : List.of("api.github.com", "elsewhere.example")) {
        X509Certificate[] chain = authority.certificate(host).chain();
        assertThat(chain[0].getNotAfter()).isAfter(Date.from(now));
        assertThat(chain[0].getNotAfter()).isBeforeOrEqualTo(chain[1].getNotAfter());
      }
      now = now.plus(Duration.ofHours(17));
    }
  }

  @Test
  void changedSet_getsANewIntermediateAndForgetsWhoLeft() {
    authority.permit(Set.of("a.example", "b.example"));
    X509Certificate before = authority.certificate("a.example").chain()[1];

    authority.permit(Set.of("b.example"));

    assertThat(authority.cached("a.example")).isEmpty();
    assertThat(codeOf(() -> authority.certificate("a.example")))
        .isEqualTo(ErrorCode.DESTINATION_NOT_ALLOWED);
    assertThat(authority.certificate("b.example").chain()[1]).isNotEqualTo(before);
  }

  @Test
  void extraHost_hasAnIntermediateOfItsOwn() {
    authority.permit(Set.of("a.example"));
    authority.permitAlso("c.example");

    X509Certificate extra = authority.certificate("c.example").chain()[1];
    assertThat(extra).isNotEqualTo(authority.certificate("a.example").chain()[1]);
    HostCertificate kept = authority.certificate("c.example");
    authority.permit(Set.of("a.example", "b.example"));
    assertThat(authority.certificate("c.example")).isSameAs(kept);
  }

  @Test
  void extraHosts_areBounded() {
    authority.permitAlso("first.example");
    authority.certificate("first.example");
    for (int i = 0; i < InterceptionAuthority.MAX_EXTRA_HOSTS; i++) {
      authority.permitAlso("h" + i + ".example");
    }

    assertThat(authority.cached("first.example")).isEmpty();
    assertThat(codeOf(() -> authority.certificate("first.example")))
        .isEqualTo(ErrorCode.DESTINATION_NOT_ALLOWED);
  }

  @Test
  void toString_containsNoKeyMaterial() {
    authority.permit(Set.of("a.example"));

    assertThat(authority.certificate("a.example")).hasToString("[certificate of a.example]");
    assertThat(authority)
        .hasToString("[interception authority of CN=Keymantle local root (laptop)]");
    assertThat(root).hasToString("[root CN=Keymantle local root (laptop)]");
  }

  private List<List<?>> names(String host) throws Exception {
    return List.copyOf(authority.certificate(host).chain()[0].getSubjectAlternativeNames());
  }

  private final class MovingClock extends Clock {
    private final InstantSource source = () -> now;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return source.withZone(zone);
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
