package io.keymantle.source.aws;

import io.keymantle.source.http.ProviderClient;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One service of AWS that speaks its JSON protocol
/// (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html). Thread-safe.
final class AwsService {
  /// Pages of a list that are read: more names than anybody looks through.
  private static final int MOST_PAGES = 200;

  private static final JsonFactory JSON = new JsonFactory();

  /// How it is reached.
  ///
  /// @param operations what the names of its operations begin with, as in `secretsmanager.`
  record Address(String name, URI endpoint, Signature signature, String operations) {}

  private final Address address;
  private final ProviderClient client;
  private final KeptCredentials credentials;
  private final Clock clock;
  private final Duration timeout;

  AwsService(
      Address address,
      ProviderClient client,
      KeptCredentials credentials,
      Clock clock,
      Duration timeout) {
    this.address = address;
    this.client = client;
    this.credentials = credentials;
    this.clock = clock;
    this.timeout = timeout;
  }

  /// Calls an operation; a login that AWS refuses is made anew, once. The caller closes the reply.
  ///
  /// @param input strings, booleans, numbers and lists of maps of strings
  ProviderReply call(String operation, Map<String, Object> input) throws SourceException {
    try (AwsCredentials first = credentials.current()) {
      ProviderReply reply = send(operation, input, first);
      if (reply.status() / 100 == 2) {
        return reply;
      }
      AwsError error = refused(reply);
      if (error.reason() != Reason.UNAUTHENTICATED) {
        throw client.refusal(reply, error.reason(), error.code());
      }
      credentials.drop(first);
    }
    try (AwsCredentials second = credentials.current()) {
      ProviderReply reply = send(operation, input, second);
      if (reply.status() / 100 == 2) {
        return reply;
      }
      AwsError error = refused(reply);
      if (error.reason() == Reason.UNAUTHENTICATED) {
        credentials.drop(second);
      }
      throw client.refusal(reply, error.reason(), error.code());
    }
  }

  private static AwsError refused(ProviderReply reply) {
    try (reply) {
      return AwsError.ofJson(reply);
    }
  }

  private ProviderReply send(String operation, Map<String, Object> input, AwsCredentials as)
      throws SourceException {
    ProviderRequest request =
        ProviderRequest.post(address.endpoint(), "application/x-amz-json-1.1", json(input))
            .with("x-amz-target", address.operations() + operation)
            .within(timeout);
    return client.send(address.signature().sign(request, as, clock.instant()));
  }

  /// Reaches the service and logs in, without reading a value: lists one name. AWS says that this
  /// is not allowed only to whom it knows, so such an answer will do.
  void test(String operation) throws SourceException {
    try (ProviderReply reply = call(operation, Map.of("MaxResults", 1))) {
      reply.text("/NextToken");
    } catch (SourceException e) {
      if (e.reason() != Reason.FORBIDDEN) {
        throw e;
      }
    }
  }

  /// All names of a list, page by page.
  List<String> names(String operation, Map<String, Object> input, String list)
      throws SourceException {
    TreeSet<String> found = new TreeSet<>();
    String next = "";
    for (int page = 0; page < MOST_PAGES; page++) {
      Map<String, Object> asked = new java.util.TreeMap<>(input);
      if (!next.isEmpty()) {
        asked.put("NextToken", next);
      }
      try (ProviderReply reply = call(operation, asked)) {
        found.addAll(reply.members(list, "Name"));
        next = reply.text("/NextToken").orElse("");
      }
      if (next.isEmpty()) {
        return new ArrayList<>(found);
      }
    }
    throw new SourceException(
        Reason.FAILED, address.name() + " has too many names to list", "name a beginning of them");
  }

  private static byte[] json(Map<String, Object> input) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      write(out, input);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(JsonGenerator out, Object value) {
    switch (value) {
      case Map<?, ?> map -> {
        out.writeStartObject();
        map.forEach((name, each) -> {
          out.writeName(String.valueOf(name));
          write(out, each);
        });
        out.writeEndObject();
      }
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(each -> write(out, each));
        out.writeEndArray();
      }
      case Boolean flag -> out.writeBoolean(flag);
      case Integer number -> out.writeNumber(number);
      default -> out.writeString(value.toString());
    }
  }
}
