package io.keymantle.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.domain.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSettingsTest {
  private static SourceSettings settings(String key, String value) {
    return new SourceSettings("vault", Map.of(key, value), Map.of(), Map.of());
  }

  private static String refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem().line();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://vault.example:8200", "http://10.0.0.1", "http://localhost.example"})
  void addressThatOthersCouldListenTo_getsNoLogin(String address) {
    assertThat(refusal(() -> settings("a", "b").secureAddress(address)))
        .contains("source vault", "https");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://vault.example:8200/", "http://127.0.0.1:8200", "http://localhost:8200"})
  void addressOverTls_orOnThisMachine_isTaken(String address) {
    assertThat(settings("a", "b").secureAddress(address).toString()).doesNotEndWith("/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vault.example", "ftp://vault.example", "https://user:canary@vault", " "})
  void whatIsNoAddress_isRefused_withoutItsText(String address) {
    assertThat(refusal(() -> settings("a", "b").address(address))).doesNotContain("canary");
  }

  @Test
  void unknownSetting_isRefusedByItsName_andTheKnownOnesAreSaid() {
    assertThat(refusal(() -> settings("adress", "x").requireKnown(List.of("address"), List.of())))
        .contains("adress", "address, ca, certificate, key, ttl");
  }

  @Test
  void shorterOfWhatTheSourceSaysAndWhatWasSet_counts() {
    SourceSettings fiveMinutes = settings("ttl", "5m");

    assertThat(fiveMinutes.capped(Optional.empty())).contains(Duration.ofMinutes(5));
    assertThat(fiveMinutes.capped(Optional.of(Duration.ofHours(1))))
        .contains(Duration.ofMinutes(5));
    assertThat(fiveMinutes.capped(Optional.of(Duration.ofSeconds(9))))
        .contains(Duration.ofSeconds(9));
    assertThat(settings("a", "b").capped(Optional.empty())).isEmpty();
    assertThat(refusal(() -> settings("ttl", "soon").ttl())).contains("30s, 5m or 1h");
  }
}
