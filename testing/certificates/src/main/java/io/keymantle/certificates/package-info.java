/// Certificates for tests of TLS. Use [TestCertificate].
@NullMarked
package io.keymantle.certificates;

import org.jspecify.annotations.NullMarked;
