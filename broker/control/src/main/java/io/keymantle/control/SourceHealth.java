package io.keymantle.control;

/// How a source has been since the broker started.
///
/// @param reads calls of it, further tries included
/// @param failures those of them that gave no value
/// @param lastFailure code of the latest, or empty
/// @param resting whether it failed so often in a row that it is not asked for a while
public record SourceHealth(
    String scheme, long reads, long failures, String lastFailure, boolean resting) {}
