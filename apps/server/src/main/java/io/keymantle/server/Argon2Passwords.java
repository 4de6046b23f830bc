package io.keymantle.server;

import io.keymantle.control.PasswordHashes;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.keys.PasswordHash;
import io.keymantle.secret.SecretAccess;
import io.keymantle.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// People's passwords under Argon2id, two at once on threads of their own: each takes 19 MiB, and a
/// whole core for as long as it lasts, which the virtual threads of the API must not give.
final class Argon2Passwords implements PasswordHashes, AutoCloseable {
  private static final int AT_ONCE = 2;
  private static final int WAITING = 16;
  private static final int IDLE_SECONDS = 10;

  private final SecureRandom random;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          AT_ONCE,
          AT_ONCE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofPlatform().daemon().name("password").factory());

  Argon2Passwords(SecureRandom random) {
    this.random = random;
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public String hash(char[] password) {
    return later(() -> {
      byte[] bytes = bytes(password);
      try {
        return PasswordHash.DEFAULT.hash(bytes, random);
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    });
  }

  @Override
  public boolean matches(char[] password, String hash) {
    return later(() -> {
      byte[] bytes = bytes(password);
      try {
        return PasswordHash.matches(bytes, hash);
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    });
  }

  @Override
  public String decoy() {
    return PasswordHash.DEFAULT.decoy(random);
  }

  private static byte[] bytes(char[] password) {
    byte[][] copy = new byte[1][];
    try (SecretBytes secret = Passphrases.secret(password)) {
      secret.reveal(
          SecretAccess.insecureMint(),
          (bytes, offset, length) -> copy[0] = Arrays.copyOfRange(bytes, offset, offset + length));
    }
    return copy[0];
  }

  private <T> T later(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, threads).join();
    } catch (RejectedExecutionException | CancellationException e) {
      throw RefusedException.of(
          ErrorCode.RATE_LIMITED, "too many log-ins are looked at", "try again in a minute");
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
