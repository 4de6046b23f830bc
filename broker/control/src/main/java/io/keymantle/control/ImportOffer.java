package io.keymantle.control;

import io.keymantle.intake.SealedValue;
import java.util.Optional;

/// A secret that was found somewhere else, and the credential that would have it.
///
/// @param place where it was found, as a person knows it; never a value
/// @param value sealed for the credential's name; empty where the credential's source keeps it, in
///   a rehearsal, and where none was found
/// @param hasValue whether there is one, here or in the credential's source
/// @param version what its source called the version that was read; empty when it has none
public record ImportOffer(
    String place,
    CredentialSpec spec,
    Optional<SealedValue> value,
    boolean hasValue,
    String version) {}
