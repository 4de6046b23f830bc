package io.keymantle.keys;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/// The encrypted container of a backup. Content of any length streams through it in chunks.
///
/// Guarantees: a wrong key, a damaged or cut file and a newer format are told apart, each by its
/// own code; no chunk is given out before it is authenticated; [InputStream#read] reports the end
/// only after the chunk that is marked as last. Not guaranteed: that the whole file is sound while
/// it is still being read, so restore into a place that can be thrown away.
///
/// Layout, version 1: magic `KMBACKUP`, version (2), root key header, file salt (32), SHA-256 of
/// that; then chunks of up to 64 KiB of plaintext, each after a byte that is 1 for the last one and
/// the length of its ciphertext (4), AES-256-GCM under a key of this file alone. The nonce is the
/// chunk's number and that flag (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár,
/// 2015), the associated data is the header's digest.
public final class BackupFile {
  private static final byte[] MAGIC = "KMBACKUP".getBytes(StandardCharsets.US_ASCII);
  private static final short VERSION = 1;
  private static final int SALT_LENGTH = 32;
  private static final int DIGEST_LENGTH = 32;
  private static final int HEADER_LENGTH = 8 + 2 + RootKeyHeader.LENGTH + SALT_LENGTH;
  private static final int CHUNK = 64 * 1024;
  private static final int FRAME_LENGTH = 1 + 4;

  private BackupFile() {}

  /// Writes the header, and returns the stream that encrypts. Closing it writes the last chunk and
  /// closes `out`; without that the file reads as cut.
  public static OutputStream write(OutputStream out, BackupKey key, SecureRandom random)
      throws IOException {
    byte[] salt = new byte[SALT_LENGTH];
    random.nextBytes(salt);
    ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH).put(MAGIC).putShort(VERSION);
    key.header().writeTo(header);
    header.put(salt);
    byte[] digest = sha256(header.array());
    out.write(header.array());
    out.write(digest);
    return new Writer(out, key.derive(salt), digest);
  }

  /// Reads and checks the header, and returns the stream that decrypts. Its methods throw
  /// [RefusedException] with `backup_damaged` as soon as a chunk is not authentic or is missing.
  ///
  /// @throws RefusedException with `backup_damaged`, `wrong_key` or `schema_newer`
  public static InputStream read(InputStream in, RootKey rootKey) throws IOException {
    byte[] header = in.readNBytes(HEADER_LENGTH);
    byte[] digest = in.readNBytes(DIGEST_LENGTH);
    if (header.length < MAGIC.length
        || !Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw damaged("this is not a Keymantle backup");
    }
    if (digest.length < DIGEST_LENGTH) {
      throw cut();
    }
    ByteBuffer fields = ByteBuffer.wrap(header).position(MAGIC.length);
    short version = fields.getShort();
    if (version > VERSION) {
      throw RefusedException.of(
          ErrorCode.SCHEMA_NEWER,
          "the backup was written by a newer Keymantle (format "
              + version
              + ", this one reads "
              + VERSION
              + ")",
          "restore it with the newer Keymantle");
    }
    if (!MessageDigest.isEqual(digest, sha256(header))) {
      throw damaged("the backup's header is damaged");
    }
    RootKeyHeader rootHeader;
    try {
      rootHeader = RootKeyHeader.readFrom(fields);
    } catch (IllegalArgumentException e) {
      throw damaged("the backup's header is damaged");
    }
    byte[] salt = new byte[SALT_LENGTH];
    fields.get(salt);
    byte[] root = rootHeader.derive(rootKey, "this backup");
    try (BackupKey key = BackupKey.of(rootHeader, root)) {
      return new Reader(in, key.derive(salt), digest);
    } finally {
      Aead.zero(root);
    }
  }

  private static byte[] nonce(long chunk, boolean last) {
    return ByteBuffer.allocate(Aead.NONCE_LENGTH)
        .put(new byte[3])
        .putLong(chunk)
        .put((byte) (last ? 1 : 0))
        .array();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }

  private static RefusedException cut() {
    return damaged("the backup ends early");
  }

  private static RefusedException damaged(String message) {
    return RefusedException.of(
        ErrorCode.BACKUP_DAMAGED, message, "use another copy of the backup; nothing was changed");
  }

  private static final class Writer extends OutputStream {
    private final OutputStream out;
    private final byte[] key;
    private final byte[] associated;
    private final byte[] chunk = new byte[CHUNK];
    private int filled;
    private long number;
    private boolean closed;

    Writer(OutputStream out, byte[] key, byte[] associated) {
      this.out = out;
      this.key = key;
      this.associated = associated;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (closed) {
        throw new IOException("the backup is closed");
      }
      int done = 0;
      while (done < length) {
        if (filled == CHUNK) {
          emit(false);
        }
        int count = Math.min(CHUNK - filled, length - done);
        System.arraycopy(bytes, offset + done, chunk, filled, count);
        filled += count;
        done += count;
      }
    }

    private void emit(boolean last) throws IOException {
      byte[] sealed = Aead.seal(key, nonce(number, last), associated, chunk, 0, filled);
      out.write(
          ByteBuffer.allocate(FRAME_LENGTH)
              .put((byte) (last ? 1 : 0))
              .putInt(sealed.length)
              .array());
      out.write(sealed);
      number++;
      filled = 0;
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try (out) {
        emit(true);
      } finally {
        Aead.zero(chunk);
        Aead.zero(key);
      }
    }
  }

  private static final class Reader extends InputStream {
    private final InputStream in;
    private final byte[] key;
    private final byte[] associated;
    private byte[] chunk = {};
    private int at;
    private long number;
    private boolean finished;

    Reader(InputStream in, byte[] key, byte[] associated) {
      this.in = in;
      this.key = key;
      this.associated = associated;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (at == chunk.length) {
        if (finished) {
          return -1;
        }
        advance();
      }
      int count = Math.min(length, chunk.length - at);
      System.arraycopy(chunk, at, bytes, offset, count);
      at += count;
      return count;
    }

    private void advance() throws IOException {
      ByteBuffer frame = ByteBuffer.wrap(readWhole(FRAME_LENGTH));
      int flag = frame.get();
      int length = frame.getInt();
      if (flag < 0 || flag > 1 || length < Aead.TAG_LENGTH || length > CHUNK + Aead.TAG_LENGTH) {
        throw damaged("the backup is damaged");
      }
      byte[] sealed = readWhole(length);
      Aead.zero(chunk);
      chunk = open(sealed, flag == 1);
      at = 0;
      number++;
      finished = flag == 1;
      if (finished && in.read() >= 0) {
        throw damaged("something follows the end of the backup");
      }
    }

    private byte[] open(byte[] sealed, boolean last) {
      try {
        return Aead.open(key, nonce(number, last), associated, sealed);
      } catch (AEADBadTagException e) {
        throw damaged("the backup is damaged");
      }
    }

    private byte[] readWhole(int length) throws IOException {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw cut();
      }
      return bytes;
    }

    @Override
    public void close() throws IOException {
      Aead.zero(chunk);
      Aead.zero(key);
      in.close();
    }
  }
}
