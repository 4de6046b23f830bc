package io.keymantle.source.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.RefusedException;
import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.SourceSettings;
import io.keymantle.source.spi.SecretSource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsParameterStoreTest extends AwsSourceTest {
  @Override
  SecretSource make(SourceSettings settings, Clock clock, Duration timeout) {
    return new AwsParameterStoreSource(settings, clock, timeout);
  }

  @Override
  protected String put(String item, String value) throws IOException {
    aws().server().recover();
    aws().items().put("/app/" + item, value);
    return "aws:/app/" + item;
  }

  @Override
  protected String version(String reference, int number) {
    return reference + "?version=" + number;
  }

  @Test
  void browse_underAPath_listsOnlyWhatIsUnderIt() throws Exception {
    put("one", CANARY);
    aws().items().put("/other/two", CANARY);

    assertThat(source().browse("/app/")).containsExactly(new SourceReference("aws", "/app/one"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aws:",
        "aws:/a:3",
        "aws:/a?version=x",
        "aws:/a?version=0",
        "aws:/a?stage=AWSCURRENT",
        "aws:/a#"
      })
  void reference_thatIsNone_isRefused(String reference) {
    assertThatThrownBy(() -> source().check(SourceReference.parse(reference)))
        .isInstanceOf(RefusedException.class);
  }
}
