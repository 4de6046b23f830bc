package io.keymantle.domain;

/// Where a credential may go. A credential without a binding can be granted but never redeemed.
public sealed interface Binding permits NetworkBinding, CommandBinding {}
