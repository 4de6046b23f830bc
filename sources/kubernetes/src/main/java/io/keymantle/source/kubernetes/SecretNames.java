package io.keymantle.source.kubernetes;

import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.spi.SourceException.Reason;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Lists the names of Secrets, page by page: in all namespaces, or in one where the identity may
/// not list them all. The server is asked for metadata only, and nothing else is read out of its
/// answer, also when it gives more.
final class SecretNames {
  /// Of one page: annotations may hold much.
  static final int PAGE = 100;

  private static final int MOST_PAGES = 100;
  private static final String METADATA =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

  private final KubernetesClient client;

  SecretNames(KubernetesClient client) {
    this.client = client;
  }

  /// Names as `NAMESPACE/NAME`, sorted.
  ///
  /// @param under a beginning of them
  List<String> browse(String under) throws SourceException {
    int slash = under.indexOf('/');
    if (slash >= 0) {
      return in(namespace(under.substring(0, slash)), under);
    }
    try {
      return list("/api/v1/secrets", under);
    } catch (SourceException e) {
      String one = under.isEmpty() ? client.namespace() : under;
      if (e.reason() != Reason.FORBIDDEN || !one.matches(SecretPath.LABEL)) {
        throw e;
      }
      return in(one, under);
    }
  }

  private static String namespace(String text) throws SourceException {
    if (!text.matches(SecretPath.LABEL)) {
      throw new SourceException(
          Reason.FAILED, "there is no namespace of that name", "write --under NAMESPACE/");
    }
    return text;
  }

  private List<String> in(String namespace, String under) throws SourceException {
    return list("/api/v1/namespaces/" + namespace + "/secrets", under);
  }

  private List<String> list(String path, String under) throws SourceException {
    TreeSet<String> found = new TreeSet<>();
    String next = "";
    for (int page = 0; page < MOST_PAGES; page++) {
      String from =
          next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
      try (ProviderReply reply = client.get(path + "?limit=" + PAGE + from, METADATA)) {
        if (reply.status() == 410) {
          // The list has changed too much since the page before; the answer may say how to go on.
          next = reply.text("/metadata/continue").orElse("");
          continue;
        }
        if (reply.status() / 100 != 2) {
          throw client.refusal(
              reply, "name a namespace where it may list Secrets: --under NAMESPACE/");
        }
        found.addAll(names(reply));
        next = reply.text("/metadata/continue").orElse("");
      }
      if (next.isEmpty()) {
        return found.stream().filter(name -> name.startsWith(under)).toList();
      }
    }
    throw new SourceException(
        Reason.FAILED,
        "there are more than " + MOST_PAGES * PAGE + " Secrets",
        "name a namespace: --under NAMESPACE/");
  }

  private static List<String> names(ProviderReply reply) throws SourceException {
    Optional<String> kind = reply.text("/kind").filter(text -> text.endsWith("List"));
    List<String> namespaces = reply.members("/items", "/metadata/namespace");
    List<String> names = reply.members("/items", "/metadata/name");
    if (kind.isEmpty() || namespaces.size() != names.size()) {
      throw KubernetesClient.malformed(reply, "is no list of Secrets");
    }
    TreeSet<String> found = new TreeSet<>();
    for (int i = 0; i < names.size(); i++) {
      found.add(namespaces.get(i) + "/" + names.get(i));
    }
    return List.copyOf(found);
  }
}
