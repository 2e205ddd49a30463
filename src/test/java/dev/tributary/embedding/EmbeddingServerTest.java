package dev.tributary.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.embedding.EmbeddingServer.Patience;
import dev.tributary.embedding.EmbeddingServer.Target;
import dev.tributary.embedding.ModelSettings.Encoding;
import dev.tributary.failure.ServiceException;
import dev.tributary.failure.ServiceException.Kind;
import dev.tributary.inference.Breaker;
import dev.tributary.testing.MutableClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EmbeddingServerTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(10);
    private static final List<String> TEXTS = List.of("a text");

    private final ModelServer remote = new ModelServer();
    private final MutableClock clock = new MutableClock();
    private final EmbeddingServer server = server(remote.url(), Duration.ofSeconds(20), 3);

    private EmbeddingServer server(URI url, Duration timeout, int attemptsMax) {
        return new EmbeddingServer(
                "far",
                new Target(
                        URI.create(url + "/embeddings"),
                        new EmbeddingProtocol("their-name", null, Encoding.BASE64),
                        "top-secret"),
                new Patience(
                        Duration.ofSeconds(2),
                        timeout,
                        attemptsMax,
                        Duration.ofMillis(1),
                        Duration.ofSeconds(30)),
                new Breaker(6, OPEN_FOR),
                clock);
    }

    @AfterEach
    void close() {
        server.close();
        remote.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void repeatsACallThatFailed(int status) {
        remote.fail(2, status);

        assertThat(server.embed(TEXTS, 0)).hasSize(1);
        assertThat(remote.calls()).hasSize(3);
        assertThat(server.failure()).isNull();
    }

    @Test
    void givesUpAfterTheLastAttempt() {
        remote.fail(99, 500);

        assertFailure("model_unavailable").hasMessageContaining("500");
        assertThat(remote.calls()).hasSize(3);
        assertThat(server.failure()).contains("500");
    }

    @ParameterizedTest
    @CsvSource({
        "429, 0",
        "503, 0",
        "429, 0.001",
        "429, 'Thu, 01 Jan 1970 00:00:00 GMT'",
        "503, 'Wed, 31 Dec 1969 23:00:00 GMT'"
    })
    void beingPutOffIsNoAttempt(int status, String retryAfter) {
        try (var impatient = server(remote.url(), Duration.ofSeconds(20), 1)) {
            remote.putOff(5, status, retryAfter);

            assertThat(impatient.embed(TEXTS, 0)).hasSize(1);
            assertThat(remote.calls()).hasSize(6);
        }
    }

    @ParameterizedTest
    @CsvSource({"429, 3600", "503, 31", "429, 'Thu, 01 Jan 1970 00:01:00 GMT'"})
    void doesNotWaitLongerThanItMay(int status, String retryAfter) {
        remote.putOff(99, status, retryAfter);

        assertFailure("model_busy").hasMessageContaining("asks to wait");
        assertThat(remote.calls()).hasSize(1);
    }

    @Test
    void doesNotLeaveABusyServerAlone() {
        remote.putOff(99, 429, "3600");
        for (int i = 0; i < 12; i++) {
            assertFailure("model_busy");
        }

        remote.behave(ModelServer::right);

        assertThat(server.embed(TEXTS, 0)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", ""})
    void anUnreadableRetryAfterIsAFailedAttempt(String retryAfter) {
        remote.putOff(99, 429, retryAfter);

        assertFailure("model_busy");
        assertThat(remote.calls()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 401, 403, 404, 413, 422})
    void doesNotRepeatWhatTheServerRefuses(int status) {
        remote.fail(99, status);

        assertFailure("model_refused").hasMessageContaining("" + status);
        assertThat(remote.calls()).hasSize(1);
    }

    @Test
    void tellsNeitherTheKeyNorWhatTheServerSaid() {
        for (int status : List.of(400, 401, 500)) {
            remote.say(status, "you sent top-secret and I say private things");

            assertThatThrownBy(() -> server.embed(TEXTS, 0))
                    .satisfies(e ->
                            assertThat(e.toString())
                                    .doesNotContain("top-secret")
                                    .doesNotContain("private"));
        }
        assertThat(
                        ""
                                + new Target(
                                        remote.url(),
                                        new EmbeddingProtocol("m", null, Encoding.FLOAT),
                                        "top-secret"))
                .doesNotContain("top-secret");
    }

    @Test
    void aServerThatSaysNothingIsNotAskedTwice() {
        try (var impatient = server(remote.url(), Duration.ofMillis(100), 3)) {
            remote.sayNothing();

            assertThatThrownBy(() -> impatient.embed(TEXTS, 0))
                    .isInstanceOfSatisfying(
                            ServiceException.class,
                            e -> assertThat(e.code()).isEqualTo("model_timeout"));
            assertThat(remote.calls()).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void anAnswerThatDoesNotEndIsNotWaitedFor() {
        try (var impatient = server(remote.url(), Duration.ofMillis(500), 3)) {
            remote.beginAndStop();

            assertThatThrownBy(() -> impatient.embed(TEXTS, 0))
                    .isInstanceOfSatisfying(
                            ServiceException.class,
                            e -> assertThat(e.code()).isEqualTo("model_timeout"));
        }
    }

    @Test
    void anAnswerThatIsTooLargeIsNotRead() {
        remote.say(200, " ".repeat(3 << 20));

        assertThatThrownBy(() -> server.embed(TEXTS, 3))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> assertThat(e.code()).isEqualTo("model_unavailable"));
    }

    @Test
    void aServerThatIsAwayIsUnavailable() throws IOException {
        URI nowhere;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nowhere = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1");
        }
        try (var away = server(nowhere, Duration.ofSeconds(20), 2)) {
            assertThatThrownBy(() -> away.embed(TEXTS, 0))
                    .isInstanceOfSatisfying(
                            ServiceException.class,
                            e -> assertThat(e.code()).isEqualTo("model_unavailable"));
            assertThat(away.failure()).contains("cannot be reached");
        }
    }

    @Test
    void leavesAServerAloneThatKeepsFailing() {
        remote.fail(99, 500);
        assertFailure("model_unavailable");
        assertFailure("model_unavailable");

        assertFailure("model_unavailable").hasMessageContaining("calls are paused");
        assertThat(remote.calls()).hasSize(6);
        assertThat(server.failure()).contains("calls are paused");

        remote.behave(ModelServer::right);
        clock.pass(OPEN_FOR.plusMillis(1));

        assertThat(server.embed(TEXTS, 0)).hasSize(1);
        assertThat(server.failure()).isNull();
    }

    @Test
    void closingEndsTheCallsThatWait() throws Exception {
        var asked = new CountDownLatch(1);
        remote.behave((exchange, _) -> {
            exchange.getResponseHeaders().set("Retry-After", "29");
            ModelServer.send(exchange, 429, "");
            asked.countDown();
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> call = threads.submit(() -> server.embed(TEXTS, 0));
            asked.await();

            server.close();

            assertThatThrownBy(call::get).hasCauseInstanceOf(ServiceException.class);
        }
    }

    private AbstractThrowableAssert<?, ? extends Throwable> assertFailure(String code) {
        return assertThatThrownBy(() -> server.embed(TEXTS, 0))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        e -> {
                            assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
                            assertThat(e.code()).isEqualTo(code);
                        });
    }
}
