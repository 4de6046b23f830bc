/// Kubernetes Secrets, over the API server's HTTP API. [KubernetesSource] is what a broker uses;
/// everything else is how it finds a cluster, logs in there, and takes a value out of a Secret.
@NullMarked
package io.keymantle.source.kubernetes;

import org.jspecify.annotations.NullMarked;
