package io.keymantle.source.vault;

import io.keymantle.source.http.JsonBody;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.http.ProviderRequest;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Sends requests with a token that is alive, and keeps it: until two thirds of its lease, when it
/// is renewed if it can be, or until shortly before its end, when another is had. One thread logs
/// in, all others wait for it. Thread-safe.
///
/// A clock that jumps does no harm: a token that ended unnoticed is refused, and had anew.
final class VaultSession {
  private static final Duration MARGIN = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final VaultClient client;
  private final VaultLogin login;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  /// Guarded by the lock.
  private Optional<Held> held = Optional.empty();

  VaultSession(VaultClient client, VaultLogin login, InstantSource clock) {
    this.client = client;
    this.login = login;
    this.clock = clock;
  }

  /// @param granted its lease when it was new
  /// @param look when it is renewed, or had anew
  private record Held(VaultToken token, Duration granted, Instant look, Instant end) {
    static Held of(VaultToken token, Duration granted, Instant now) {
      if (token.lease().isEmpty()) {
        return new Held(token, granted, Instant.MAX, Instant.MAX);
      }
      Duration lease = token.lease().get();
      Duration tenth = lease.dividedBy(10);
      Instant end = now.plus(lease).minus(tenth.compareTo(MARGIN) < 0 ? tenth : MARGIN);
      // What is left of a lease near its longest shrinks with each renewal: it is then used up.
      boolean worthwhile = token.renewable() && lease.multipliedBy(3).compareTo(granted) >= 0;
      return new Held(
          token, granted, worthwhile ? now.plus(lease.multipliedBy(2).dividedBy(3)) : end, end);
    }

    boolean isRenewedFirst() {
      return look.isBefore(end);
    }
  }

  /// Sends the request. When Vault refuses it, and says that the token is dead, once more with
  /// another. The caller closes the reply.
  ///
  /// @param request made anew for each sending
  ProviderReply send(Supplier<ProviderRequest> request) throws SourceException {
    VaultToken token = current();
    ProviderReply reply = client.send(token.on(request.get()));
    if (reply.status() != 403) {
      return reply;
    }
    boolean alive;
    try {
      alive = isAlive(token);
    } catch (SourceException e) {
      reply.close();
      throw e;
    }
    if (alive) {
      return reply;
    }
    reply.close();
    return client.send(insteadOf(token).on(request.get()));
  }

  /// Has a token, and asks Vault about it.
  void test() throws SourceException {
    VaultToken token = current();
    if (!isAlive(token)) {
      insteadOf(token);
    }
  }

  private boolean isAlive(VaultToken token) throws SourceException {
    try (ProviderReply reply = client.send(token.on(client.get("auth/token/lookup-self", "")))) {
      if (reply.status() / 100 == 2) {
        if (reply.names("/data").isEmpty()) {
          throw VaultClient.malformed(reply, "is none about a token");
        }
        return true;
      }
      if (reply.status() == 403) {
        return false;
      }
      throw client.refusal(reply);
    }
  }

  private VaultToken current() throws SourceException {
    return alone(() -> {
      Instant now = clock.instant();
      if (held.isEmpty()) {
        return keep(login.login(), now);
      }
      Held its = held.get();
      if (now.isBefore(its.look())) {
        return its.token();
      }
      if (!its.isRenewedFirst()) {
        return keep(login.login(), now);
      }
      try {
        return renewed(its, now);
      } catch (SourceException e) {
        if (!now.isBefore(its.end())) {
          throw e;
        }
        // It is good for a while yet, and Vault may be back before its end.
        held = Optional.of(new Held(its.token(), its.granted(), now.plus(PAUSE), its.end()));
        return its.token();
      }
    });
  }

  private VaultToken renewed(Held its, Instant now) throws SourceException {
    ProviderRequest request = client.post("auth/token/renew-self", new JsonBody().finish());
    try (ProviderReply reply = client.send(its.token().on(request))) {
      if (reply.status() == 400 || reply.status() == 403) {
        return keep(login.login(), now);
      }
      if (reply.status() / 100 != 2) {
        throw client.refusal(reply);
      }
      VaultToken longer =
          new VaultToken(
              its.token().header(),
              VaultClient.seconds(reply, "/auth/lease_duration"),
              reply.text("/auth/renewable").equals(Optional.of("true")));
      held = Optional.of(Held.of(longer, its.granted(), now));
      return longer;
    }
  }

  /// Another token than the one that is dead; what another thread has had meanwhile.
  private VaultToken insteadOf(VaultToken dead) throws SourceException {
    return alone(() -> {
      if (held.isPresent() && !held.get().token().isSame(dead)) {
        return held.get().token();
      }
      held = Optional.empty();
      VaultToken another = login.login();
      if (another.isSame(dead)) {
        throw new SourceException(
            Reason.UNAUTHENTICATED,
            "the token of this source has ended, or was revoked",
            "give it another, or let it log in by itself: auth=approle");
      }
      return keep(another, clock.instant());
    });
  }

  private VaultToken keep(VaultToken token, Instant now) {
    held = Optional.of(Held.of(token, token.lease().orElse(Duration.ZERO), now));
    return token;
  }

  private interface Work {
    VaultToken get() throws SourceException;
  }

  private VaultToken alone(Work work) throws SourceException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException(Reason.TIMEOUT, "the login took too long", "try again");
    }
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
