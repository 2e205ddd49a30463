package dev.tributary.security;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says how to start all the same. Spring Boot makes it by name, from META-INF/spring.factories. */
final class OpenToNetworkAnalyzer extends AbstractFailureAnalyzer<OpenToNetworkException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, OpenToNetworkException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "set server.address=127.0.0.1, or tributary.security.trust-network=true where"
                        + " something else keeps strangers out, such as a container whose port is"
                        + " published on the host's loopback only",
                cause);
    }
}
