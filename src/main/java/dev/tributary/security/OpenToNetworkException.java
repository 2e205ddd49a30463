package dev.tributary.security;

import dev.tributary.failure.StartFailure;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The service would listen on a network without requiring a key. */
final class OpenToNetworkException extends StartFailure {
    private static final long serialVersionUID = 1L;

    OpenToNetworkException(@Nullable InetAddress address) {
        super(
                "server.address is "
                        + (address == null ? "not set" : address.getHostAddress())
                        + ", which is not loopback, and there is no authentication: everybody on the"
                        + " network could read and delete everything",
                "set server.address=127.0.0.1, or tributary.security.trust-network=true where"
                        + " something else keeps strangers out, such as a container whose port is"
                        + " published on the host's loopback only",
                null);
    }
}
