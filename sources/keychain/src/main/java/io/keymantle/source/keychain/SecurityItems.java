package io.keymantle.source.keychain;

import java.util.List;
import java.util.Map;

/// What is asked of the Security framework of macOS
/// (https://developer.apple.com/documentation/security/secitemcopymatching(_:_:)). Keys and
/// constants go by the names that the framework exports.
interface SecurityItems {
  /// A constant of the framework as a value, such as `kSecClassGenericPassword`.
  record Constant(String name) {}

  /// @param status an OSStatus; 0 when it went well
  /// @param found the dictionaries that came: text, byte arrays and moments by key
  record Answer(int status, List<Map<String, Object>> found) {}

  /// `SecItemCopyMatching`, which shows nobody a window.
  ///
  /// @param query text, byte arrays, constants and truth values by key
  /// @param wanted the keys that are taken out of what comes
  Answer copyMatching(Map<String, Object> query, List<String> wanted);
}
