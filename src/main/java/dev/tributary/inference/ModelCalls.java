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
 * Calls to the server of a model, suspended for a while if it keeps failing. Thread-safe; a call
 * blocks its thread. Redirects are not followed, as they would send the key to another host.
 */
public final class ModelCalls implements AutoCloseable {
    /** Why no call is made, to follow the model's name. */
    public static final String PAUSED = "failed too often recently; calls are paused";

    private static final Logger log = LoggerFactory.getLogger(ModelCalls.class);

    private final String model;
    private final HttpClient client;
    private final CircuitBreaker circuit;

    /**
     * Makes no call yet.
     *
     * @param model the model's name in messages, such as {@code reranker near}
     * @param isHarmless true for failures that do not count towards suspending calls
     * @param clock measures how long calls have been suspended
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
     * Makes a call and counts its failure, unless calls are suspended.
     *
     * @param code code of the failure if calls are suspended
     * @throws ServiceException {@code UNAVAILABLE} if calls are suspended
     */
    public <T> T guarded(String code, Supplier<T> call) {
        try {
            return circuit.executeSupplier(call);
        } catch (CallNotPermittedException e) {
            throw ServiceException.unavailable(code, model + " " + PAUSED, e);
        }
    }

    /** True while guarded calls fail at once. */
    public boolean isLeftAlone() {
        return circuit.getState() == CircuitBreaker.State.OPEN;
    }

    /**
     * Posts JSON once, and waits for the whole answer.
     *
     * @param apiKey key that is sent as a bearer token, if there is one
     * @param bytesMax most bytes of the answer; a longer one is cut off
     * @throws IOException if the server cannot be reached, or the connection broke
     * @throws TimeoutException if the timeout came first; the call is cancelled
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
            // The client's own timeout covers only the headers, and a body may never end.
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

    /** The failure of a call whose thread was interrupted; sets the interrupt flag again. */
    public ServiceException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return ServiceException.unavailable(
                "interrupted", "interrupted while waiting for " + model, cause);
    }

    /** Cancels running calls. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
