package dev.tributary.security;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The service would listen on a network without asking for a key. */
final class OpenToNetworkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OpenToNetworkException(@Nullable InetAddress address) {
        super(
                "server.address is "
                        + (address == null ? "not set" : address.getHostAddress())
                        + ", which is not loopback, and there is no authentication: everybody on the"
                        + " network could read and delete everything");
    }
}
