package dev.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.HttpIT;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthIT extends HttpIT {
    @ParameterizedTest
    @ValueSource(strings = {"liveness", "readiness"})
    void isUp(String probe) {
        Answer answer = get("/actuator/health/" + probe);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasToString("{\"status\":\"UP\"}");
    }

    @Test
    void metricsAreThere() {
        Answer answer = get("/actuator/prometheus");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(answer.response().body(), StandardCharsets.UTF_8))
                .contains("jvm_memory_used_bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"env", "beans", "configprops", "heapdump", "shutdown", "loggers"})
    void nothingElseIs(String endpoint) {
        assertThat(get("/actuator/" + endpoint).code()).isEqualTo("path_not_found");
    }
}
