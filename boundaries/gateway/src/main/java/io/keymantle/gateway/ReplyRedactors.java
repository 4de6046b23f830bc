package io.keymantle.gateway;

import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/// Keeps one idle matcher per event loop, so that a short reply costs no allocation of one.
final class ReplyRedactors {
  private final FastThreadLocal<Idle> idle =
      new FastThreadLocal<>() {
        @Override
        protected Idle initialValue() {
          return new Idle();
        }
      };

  private static final class Idle {
    private @Nullable RedactionSet values;
    private @Nullable Redactor redactor;
  }

  Redactor take(RedactionSet values) {
    Idle here = idle.get();
    Redactor redactor = here.redactor;
    if (redactor == null || here.values != values) {
      return values.newRedactor();
    }
    here.redactor = null;
    return redactor;
  }

  /// Takes back a matcher whose last stream was finished, on the thread that took it.
  void giveBack(RedactionSet values, Redactor redactor) {
    Idle here = idle.get();
    here.values = values;
    here.redactor = redactor;
  }
}
