/// The broker process and the verbs that open a home without one. [Main] is the picture of the
/// house: it wires every room by plain constructors.
@NullMarked
package io.keymantle.server;

import org.jspecify.annotations.NullMarked;
