package dev.tributary.inference;

import dev.tributary.failure.ServiceException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls to the server of a model, which is left alone for a while if it keeps failing. Thread-safe;
 * a call blocks its thread. Redirects are not followed: they would carry the key to another host.
 */
public final class ModelCalls implements AutoCloseable {
    /** Why no call is made, to be put behind the model's name. */
    public static final String LEFT_ALONE = "failed too often recently; calls are paused";

    private static final Logger log = LoggerFactory.getLogger(ModelCalls.class);

    private final String model;
    private final HttpClient client;
    private final CircuitBreaker circuit;

    /**
     * Calls nobody yet.
     *
     * @param model for messages, such as {@code reranker near}
     * @param isHarmless true of failures for which the server is not to be left alone
     * @param clock that says how long a server has been left alone
     */
    public ModelCalls(
            String model,
            Duration connectTimeout,
            Breaker breaker,
            Predicate<Throwable> isHarmless,
            Clock clock) {
        this.model = model;
        client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(connectTimeout)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
        var config =
                CircuitBreakerConfig.custom()
                        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(breaker.calls())
                        .minimumNumberOfCalls(breaker.calls())
                        .failureRateThreshold(50)
                        .waitDurationInOpenState(breaker.openFor())
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .ignoreException(isHarmless)
                        .clock(clock)
                        .build();
        circuit = CircuitBreaker.of(model, config);
        circuit.getEventPublisher()
                .onStateTransition(event ->
                        log.warn(
                                "{}: the circuit breaker changed from {} to {}",
                                model,
                                event.getStateTransition().getFromState(),
                                event.getStateTransition().getToState()));
    }

    /**
     * Makes a call and counts its failure, unless the server is left alone.
     *
     * @param code of the failure if it is
     * @throws ServiceException {@code UNAVAILABLE} if it is
     */
    public <T> T guarded(String code, Supplier<T> call) {
        try {
            return circuit.executeSupplier(call);
        } catch (CallNotPermittedException e) {
            throw ServiceException.unavailable(code, model + " " + LEFT_ALONE, e);
        }
    }

    /** True while guarded calls fail at once. */
    public boolean isLeftAlone() {
        return circuit.getState() == CircuitBreaker.State.OPEN;
    }

    /**
     * Posts JSON once, and waits for the whole answer.
     *
     * @param apiKey sent as a bearer token, if there is one
     * @param bytesMax of the answer; one that is longer breaks off
     * @throws IOException if the server cannot be reached, or the connection broke
     * @throws TimeoutException if the time was over first; the call is broken off
     * @throws ServiceException {@code UNAVAILABLE} if the calling thread is interrupted
     */
    public HttpResponse<byte[]> post(
            URI url, @Nullable String apiKey, byte[] body, long bytesMax, Duration timeout)
            throws IOException, TimeoutException {
        var request =
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .POST(BodyPublishers.ofByteArray(body));
        if (apiKey != null) {
            request.header("Authorization", "Bearer " + apiKey);
        }
        var answer =
                client.sendAsync(
                        request.build(),
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), bytesMax));
        try {
            // The client's own timeout would end with the headers, and a body may never end.
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw e;
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw interrupted(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("a call to " + model + " failed", e.getCause());
        }
    }

    /** The failure of a call whose thread is interrupted; sets the thread's flag again. */
    public ServiceException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return ServiceException.unavailable(
                "interrupted", "interrupted while waiting for " + model, cause);
    }

    /** Breaks off the calls that are under way. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
