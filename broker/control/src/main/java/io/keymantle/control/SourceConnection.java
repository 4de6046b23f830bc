package io.keymantle.control;

import io.keymantle.domain.CredentialName;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// How a source outside the home is reached, as a person set it up.
///
/// @param scheme what references call it: `vault` in `vault:secret/app#password`
/// @param kind which source it is, such as `vault`; several may be of one kind
/// @param settings by name; never a secret
/// @param logins the credentials of the built-in store that it logs in with, by what it calls them
public record SourceConnection(
    String scheme,
    String kind,
    SortedMap<String, String> settings,
    SortedMap<String, CredentialName> logins) {
  public SourceConnection {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    logins = Collections.unmodifiableSortedMap(new TreeMap<>(logins));
  }

  public SourceConnection(
      String scheme,
      String kind,
      Map<String, String> settings,
      Map<String, CredentialName> logins) {
    this(scheme, kind, new TreeMap<>(settings), new TreeMap<>(logins));
  }
}
