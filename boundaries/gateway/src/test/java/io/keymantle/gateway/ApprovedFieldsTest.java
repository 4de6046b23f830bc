package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApprovedFieldsTest {
  private static final String TOKEN = "kmt_" + "a1B2".repeat(10);

  private static List<String> lines(String... namesAndValues) {
    HeaderFields fields = new HeaderFields();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(namesAndValues[i], namesAndValues[i + 1].getBytes(StandardCharsets.ISO_8859_1));
    }
    return ApprovedFields.of(fields);
  }

  @Test
  void fields_that_steer_are_shown_in_the_order_of_their_names() {
    assertThat(
            lines(
                "X-Tenant",
                "b",
                "Impersonate-User",
                "system:admin",
                "X-Tenant",
                "a",
                "Content-Type",
                "application/json"))
        .containsExactly(
            "content-type: application/json",
            "impersonate-user: system:admin",
            "x-tenant: b",
            "x-tenant: a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "User-Agent: curl/8",
        "traceparent: 00-1-2-01",
        "X-Stainless-Retry-Count: 2",
        "Idempotency-Key: 6f1c",
        "Prefer: respond-async, wait=10",
        "Accept: */*"
      })
  void field_that_a_client_changes_from_try_to_try_is_left_out(String field) {
    assertThat(lines(field.split(": "))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Prefer: respond-async, resolution=merge-duplicates",
        "Accept: application/vnd.github.sudo+json",
        "Impersonate_User: root",
        "X-Stainless: 1"
      })
  void field_that_only_looks_like_one_of_those_stays(String field) {
    assertThat(lines(field.split(": "))).hasSize(1);
  }

  @Test
  void token_of_the_broker_is_masked_so_that_a_new_one_makes_no_other_request() {
    String basic =
        Base64.getEncoder().encodeToString(("bot:" + TOKEN).getBytes(StandardCharsets.ISO_8859_1));

    assertThat(lines("Authorization", "Bearer " + TOKEN, "X-Other", "Basic " + basic))
        .containsExactly("authorization: Bearer [token]", "x-other: Basic bot:[token]");
  }

  @Test
  void text_that_looks_like_a_masked_or_decoded_value_is_another_line() {
    String basic =
        Base64.getEncoder().encodeToString("bot:pass".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(lines("X-A", "Bearer [token]")).isNotEqualTo(lines("X-A", "Bearer " + TOKEN));
    assertThat(lines("X-A", "Basic bot:pass")).isNotEqualTo(lines("X-A", "Basic " + basic));
  }

  @Test
  void secret_of_the_agents_own_is_bound_but_not_shown() {
    String first = lines("Cookie", "sid=s3cr3t; t=" + TOKEN).getFirst();
    String second = lines("Cookie", "sid=0ther; t=" + TOKEN).getFirst();

    assertThat(first).matches("cookie: sha256:[0-9a-f]{64}").isNotEqualTo(second);
    assertThat(lines("X-Api-Key", "mine").getFirst()).matches("x-api-key: sha256:[0-9a-f]{64}");
  }

  @Test
  void value_that_is_long_or_not_printable_or_looks_like_a_digest_stands_as_its_digest() {
    String longer = "a".repeat(201);
    String imitation = lines("X-A", longer).getFirst().substring("x-a: ".length());

    for (String value : List.of(longer, "esc\u009b31m", imitation)) {
      assertThat(lines("X-A", value).getFirst()).matches("x-a: sha256:[0-9a-f]{64}");
    }
    assertThat(lines("X-A", imitation)).isNotEqualTo(lines("X-A", longer));
  }
}
