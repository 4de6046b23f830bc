package io.keymantle.source.vault;

import io.keymantle.domain.SourceReference;
import io.keymantle.source.http.JsonString;
import io.keymantle.source.http.ProviderReply;
import io.keymantle.source.spi.SourceException;
import io.keymantle.source.vault.VaultMounts.Engine;
import io.keymantle.source.vault.VaultMounts.Mount;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Lists the names of secrets in KV engines, folder by folder: at most [#MOST_NAMES] of them, out
/// of at most [#MOST_FOLDERS] folders. Folders that the token may not list are left out.
final class VaultBrowser {
  static final int MOST_NAMES = 1000;
  static final int MOST_FOLDERS = 200;

  private final String scheme;
  private final VaultClient client;
  private final VaultSession session;
  private final VaultMounts mounts;

  VaultBrowser(String scheme, VaultClient client, VaultSession session, VaultMounts mounts) {
    this.scheme = scheme;
    this.client = client;
    this.session = session;
    this.mounts = mounts;
  }

  private record Folder(Mount mount, String below) {}

  /// @param under a beginning of paths, with an engine's name in front; empty for every engine that
  ///   can be seen
  List<SourceReference> browse(String under) throws SourceException {
    ArrayDeque<Folder> open = new ArrayDeque<>();
    if (under.contains("/")) {
      Mount mount = mounts.of(VaultReference.parse(new SourceReference(scheme, under + "-")));
      String below = mount.below(under);
      open.add(new Folder(mount, below.substring(0, below.lastIndexOf('/') + 1)));
    } else {
      visible(under).forEach(mount -> open.add(new Folder(mount, "")));
    }
    TreeSet<String> names = new TreeSet<>();
    for (int asked = 0; !open.isEmpty() && asked < MOST_FOLDERS; asked++) {
      Folder folder = open.remove();
      for (String name : names(folder)) {
        String whole = folder.mount().path() + folder.below() + name;
        if (name.endsWith("/")) {
          if (whole.startsWith(under) || under.startsWith(whole)) {
            open.add(new Folder(folder.mount(), folder.below() + name));
          }
        } else if (whole.startsWith(under) && names.size() < MOST_NAMES) {
          names.add(whole);
        }
      }
      if (names.size() == MOST_NAMES) {
        break;
      }
    }
    return names.stream().map(name -> VaultReference.to(scheme, name)).toList();
  }

  private List<Mount> visible(String under) throws SourceException {
    try (ProviderReply reply = session.send(() -> client.get("sys/internal/ui/mounts", ""))) {
      if (reply.status() / 100 != 2) {
        throw client.refusal(reply);
      }
      List<Mount> found = new ArrayList<>();
      for (String path : reply.names("/data/secret")) {
        String its = "/data/secret" + JsonString.step(path);
        Engine engine =
            VaultMounts.engine(
                reply.text(its + "/type").orElse(""), reply.text(its + "/options/version"));
        if (isListed(engine) && path.startsWith(under)) {
          found.add(new Mount(path, engine));
        }
      }
      return found;
    }
  }

  private static boolean isListed(Engine engine) {
    return engine == Engine.KV1 || engine == Engine.KV2;
  }

  private List<String> names(Folder folder) throws SourceException {
    if (!isListed(folder.mount().engine())) {
      return List.of();
    }
    String metadata = folder.mount().engine() == Engine.KV2 ? "metadata/" : "";
    String path = folder.mount().path() + metadata + folder.below();
    try (ProviderReply reply =
        session.send(() -> client.list(path.substring(0, path.length() - 1)))) {
      if (reply.status() == 403 || reply.status() == 404) {
        return List.of();
      }
      if (reply.status() / 100 != 2) {
        throw client.refusal(reply);
      }
      return reply.names("/data/keys");
    }
  }
}
