package dev.tributary.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Import;

class LoopbackRuleTest {
    private final ApplicationContextRunner app =
            new ApplicationContextRunner().withUserConfiguration(Config.class);

    @EnableConfigurationProperties({SecurityProperties.class, ServerProperties.class})
    @Import(LoopbackRule.class)
    static class Config {}

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "localhost", "::1", "0:0:0:0:0:0:0:1"})
    void startsOnLoopback(String address) {
        app.withPropertyValues("server.address=" + address)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "2001:db8::1"})
    void refusesToStartOnANetwork(String address) {
        app.withPropertyValues("server.address=" + address)
                .run(context ->
                        assertThat(context)
                                .getFailure()
                                .rootCause()
                                .isInstanceOf(OpenToNetworkException.class)
                                .hasMessageContaining("no authentication"));
    }

    @Test
    void noAddressIsEveryAddress() {
        app.run(context ->
                assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(OpenToNetworkException.class)
                        .hasMessageContaining("not set"));
    }

    @Test
    void startsOnANetworkThatIsTrusted() {
        app.withPropertyValues("server.address=0.0.0.0", "tributary.security.trust-network=true")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void saysHowToStartAllTheSame() {
        assertThat(new OpenToNetworkException(null).action())
                .contains("server.address=127.0.0.1", "tributary.security.trust-network=true");
    }
}
