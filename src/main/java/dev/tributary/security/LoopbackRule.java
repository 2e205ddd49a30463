package dev.tributary.security;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.stereotype.Component;

/**
 * Fails the start if the service, which requires no key, would listen on more than this machine's
 * loopback interface.
 */
@Component
class LoopbackRule implements InitializingBean {
    private final SecurityProperties security;
    private final ServerProperties server;

    LoopbackRule(SecurityProperties security, ServerProperties server) {
        this.security = security;
        this.server = server;
    }

    @Override
    public void afterPropertiesSet() {
        InetAddress address = server.getAddress();
        if (!security.trustNetwork() && !isLoopback(address)) {
            throw new OpenToNetworkException(address);
        }
    }

    /** An address that is not set means every address, like 0.0.0.0. */
    static boolean isLoopback(@Nullable InetAddress address) {
        return address != null && address.isLoopbackAddress();
    }
}
