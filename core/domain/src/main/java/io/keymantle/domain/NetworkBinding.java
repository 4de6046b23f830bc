package io.keymantle.domain;

import java.util.List;
import java.util.Set;

/// Where on the network a credential may go, and on which surface.
///
/// @param destination the canonical peer; an `http` destination is the consent to plain HTTP
/// @param methods upper-case methods; empty means any
/// @param paths path patterns of which one must match; empty means any
/// @param surface the one place where the value may appear
/// @param injection by token, or always
/// @param maxOccurrences how often one request may carry the token; at least 1
/// @param addresses ranges in CIDR notation that the name may resolve to although they are
///   loopback, link-local or private; a destination whose host is itself such an address needs none
/// @param capture RFC 6901 pointers of reply fields that are secrets themselves (OAuth token
///   endpoints): each becomes a broker token before the agent sees the reply
public record NetworkBinding(
    Destination destination,
    Set<String> methods,
    List<PathPattern> paths,
    Surface surface,
    Injection injection,
    int maxOccurrences,
    List<String> addresses,
    List<String> capture)
    implements Binding {
  public NetworkBinding {
    methods = Set.copyOf(methods);
    paths = List.copyOf(paths);
    addresses = List.copyOf(addresses);
    capture = List.copyOf(capture);
    if (injection instanceof Injection.Always && surface instanceof Surface.Path) {
      throw RefusedException.of(
          ErrorCode.INVALID_BINDING,
          "a path has no place that could be filled without a token",
          "leave inject out, and let the agent put its token into the path");
    }
    if (maxOccurrences < 1 || maxOccurrences > 64) {
      throw RefusedException.of(
          ErrorCode.INVALID_BINDING,
          "maxOccurrences is 1 to 64",
          "leave it out for the default of 1");
    }
  }

  /// A token on `header:authorization` of any request to the destination.
  public static NetworkBinding to(Destination destination) {
    return new NetworkBinding(
        destination,
        Set.of(),
        List.of(),
        Surface.DEFAULT,
        new Injection.ReplaceToken(),
        1,
        List.of(),
        List.of());
  }

  public boolean allowsMethod(String method) {
    return methods.isEmpty() || methods.contains(method);
  }

  public boolean allowsPath(String canonicalPath) {
    return paths.isEmpty() || paths.stream().anyMatch(pattern -> pattern.matches(canonicalPath));
  }
}
