/// Sources at AWS: [AwsSecretsManagerSource] and [AwsParameterStoreSource]. Requests are signed by
/// AWS Signature Version 4 here, and the broker's own credentials are found where AWS's own clients
/// look for them.
@NullMarked
package io.keymantle.source.aws;

import org.jspecify.annotations.NullMarked;
