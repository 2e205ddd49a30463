package dev.tributary.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.HttpIT;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** What a browser is told about pages of other origins (issue 9, F52). */
@TestPropertySource(
        properties = {
            "tributary.web.cors.allowed-origins=" + CorsIT.ORIGIN + ",http://localhost:3000",
            "tributary.web.cors.max-age=1m",
        })
class CorsIT extends HttpIT {
    static final String ORIGIN = "https://app.example.com";

    @Test
    void aPreflightRequestIsAnswered() {
        Answer answer = preflight(ORIGIN);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
        assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(answer.header("Access-Control-Allow-Headers"))
                .isEqualTo("content-type, authorization");
        assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("60");
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
    }

    @Test
    void anAnswerMayBeReadAndSoMayAnError() {
        Answer answer = send(request("/models").header("Origin", ORIGIN).GET());
        Answer error =
                send(
                        request("/search")
                                .header("Origin", "http://localhost:3000")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(new byte[33 << 20])));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
        assertThat(answer.header("Access-Control-Expose-Headers"))
                .isEqualTo("X-Request-Id, Retry-After, Allow");
        assertThat(answer.header("Vary")).contains("Origin");
        assertThat(error.status()).isEqualTo(413);
        assertThat(error.header("Access-Control-Allow-Origin")).isEqualTo("http://localhost:3000");
    }

    @Test
    void anotherOriginIsToldThatItMayNot() {
        Answer preflight = preflight("https://evil.example.com");
        Answer call = send(request("/models").header("Origin", "https://evil.example.com").GET());

        assertThat(preflight.status()).isEqualTo(403);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(call.status()).isEqualTo(403);
        assertThat(call.code()).isEqualTo("origin_not_allowed");
        assertThat(call.body().path("hint").asString())
                .contains("tributary.web.cors.allowed-origins");
    }

    @Test
    void aRequestOfTheSameOriginOrOfNoneIsServed() {
        assertThat(get("/models").status()).isEqualTo(200);
        assertThat(send(request("/models").header("Origin", url("")).GET()).status())
                .isEqualTo(200);
    }

    private Answer preflight(String origin) {
        return send(
                request("/search")
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "content-type, authorization")
                        .method("OPTIONS", BodyPublishers.noBody()));
    }
}
