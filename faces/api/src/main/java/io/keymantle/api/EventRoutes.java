package io.keymantle.api;

import io.keymantle.api.EventPort.Event;
import io.keymantle.control.PersonSessions;
import io.keymantle.ledger.Ledger;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// `/v1/events`: tells a page what has changed, as server-sent events, until its session ends.
final class EventRoutes {
  /// How soon a page hears that the ledger has grown, and that its session has ended.
  private static final Duration LOOK = Duration.ofSeconds(1);

  /// Without a word for so long, proxies cut a connection.
  private static final int LOOKS_PER_HEARTBEAT = 15;

  private final AdminRoutes admin;
  private final EventPort events;

  EventRoutes(AdminRoutes admin, EventPort events) {
    this.admin = admin;
    this.events = events;
  }

  void addTo(RouteTable table) {
    table.add("GET", "/v1/events", this::stream);
  }

  private ApiResponse stream(ApiRequest request, String unused) {
    admin.requireReader(request);
    return new ApiResponse.Streamed(
        200,
        "text/event-stream",
        body -> {
          try (EventPort.Listening listening = events.listen()) {
            write(request, listening, body);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
          }
        });
  }

  private void write(ApiRequest request, EventPort.Listening listening, OutputStream body)
      throws IOException, InterruptedException {
    Ledger ledger = admin.broker().ledger();
    long size = ledger.size();
    say(body, new Event("ledger", Long.toString(size)));
    int silent = 0;
    while (true) {
      Optional<Event> event = listening.next(LOOK);
      if (ended(request)) {
        return;
      }
      if (event.isPresent()) {
        say(body, event.get());
        silent = 0;
      } else if (ledger.size() != size) {
        size = ledger.size();
        say(body, new Event("ledger", Long.toString(size)));
        silent = 0;
      } else if (++silent == LOOKS_PER_HEARTBEAT) {
        write(body, ": still here\n\n");
        silent = 0;
      }
    }
  }

  /// Looked at without counting as use: a page alone does not keep its session.
  private boolean ended(ApiRequest request) {
    PersonSessions sessions = admin.broker().control().sessions();
    return sessions.required() && sessions.expiresAt(request.bearer()).isEmpty();
  }

  private static void say(OutputStream body, Event event) throws IOException {
    String data = JsonText.object(json -> json.writeStringProperty("id", event.id()));
    write(body, "event: " + event.name() + "\ndata: " + data + "\n\n");
  }

  private static void write(OutputStream body, String text) throws IOException {
    body.write(text.getBytes(StandardCharsets.UTF_8));
    body.flush();
  }
}
