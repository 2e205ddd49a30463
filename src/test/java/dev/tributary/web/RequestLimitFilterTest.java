package dev.tributary.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RequestLimitFilterTest {
    private final RequestLimitFilter filter = new RequestLimitFilter(1);
    private final MockHttpServletResponse second = new MockHttpServletResponse();

    @Test
    void refusesOneMoreThanItMayServeAtOnce() throws Exception {
        filter.doFilter(
                request("/search"),
                new MockHttpServletResponse(),
                (_, _) -> filter.doFilter(request("/search"), second, (_, _) -> {}));

        assertThat(second.getStatus()).isEqualTo(503);
        assertThat(second.getHeader("Retry-After")).isEqualTo("1");
        assertThat(second.getContentAsString()).contains("too_many_requests_at_once");
    }

    @Test
    void letsHealthAndMetricsThrough() throws Exception {
        filter.doFilter(
                request("/search"),
                new MockHttpServletResponse(),
                (_, _) ->
                        filter.doFilter(
                                request("/actuator/health/liveness"), second, (_, _) -> {}));

        assertThat(second.getStatus()).isEqualTo(200);
    }

    @Test
    void aFailedRequestMakesRoomAgain() throws ServletException, IOException {
        assertThatThrownBy(() ->
                        filter.doFilter(
                                request("/search"),
                                new MockHttpServletResponse(),
                                (_, _) -> {
                                    throw new IOException("gone");
                                }))
                .isInstanceOf(IOException.class);

        filter.doFilter(request("/search"), second, (_, _) -> {});

        assertThat(second.getStatus()).isEqualTo(200);
    }

    private static MockHttpServletRequest request(String path) {
        return new MockHttpServletRequest("POST", path);
    }
}
