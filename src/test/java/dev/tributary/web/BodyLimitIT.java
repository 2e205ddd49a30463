package dev.tributary.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.testing.HttpIT;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BodyLimitIT extends HttpIT {
    private static final int BYTES_MAX = 32 * 1024 * 1024;

    @Test
    void takesABodyThatFillsTheLimitWithOneString() {
        Answer answer = echo(BodyPublishers.ofByteArray(body(BYTES_MAX)));

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void refusesALongerOneByItsLengthAndTheClientReadsWhy() {
        assertTooLarge(echo(BodyPublishers.ofByteArray(body(BYTES_MAX + 1))));
    }

    @Test
    void refusesALongerOneThatDoesNotTellItsLength() {
        byte[] body = body(BYTES_MAX + 1);

        assertTooLarge(echo(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));
    }

    private static void assertTooLarge(Answer answer) {
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("too_large");
        assertThat(answer.body().path("detail").asString()).contains("33,554,432 bytes");
    }

    private Answer echo(BodyPublisher body) {
        return send(request("/test/echo").header("Content-Type", "application/json").POST(body));
    }

    private static byte[] body(int length) {
        String frame = "{\"text\":\"\"}";
        String text = "x".repeat(length - frame.length());
        return frame.replace("\"\"", '"' + text + '"').getBytes(StandardCharsets.US_ASCII);
    }
}
