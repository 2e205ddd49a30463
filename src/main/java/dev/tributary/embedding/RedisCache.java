package dev.tributary.embedding;

import dev.tributary.embedding.EmbeddingProperties.Redis;
import dev.tributary.failure.ServiceException;
import dev.tributary.vector.Embedding;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache of embeddings in Redis, shared by several instances and kept across restarts.
 * Thread-safe.
 *
 * <p>If Redis is unavailable or slow, look-ups miss but never fail. After a few failures, Redis is
 * not called for a while, and then reconnected.
 *
 * <p>A value is the number of tokens (int32), a byte that is 1 if the text was truncated, and the
 * components (float32), all little-endian.
 */
final class RedisCache implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisCache.class);
    private static final String KEY_PREFIX = "tributary:embedding:v1:";
    private static final int HEADER_BYTES = Integer.BYTES + 1;

    /** Most keys of one look-up or write, so that its timeout covers a bounded amount of work. */
    private static final int KEYS_MAX = 256;

    private static final int COMMANDS_MAX = 16_384;
    private static final int THREADS = 2;
    private static final int CALLS_LOOKED_AT = 4;
    private static final int FAILED_PERCENT = 75;
    private static final Duration OPEN_FOR = Duration.ofSeconds(5);

    /** Connecting happens in the background: with TLS it may take longer than a look-up may. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final RedisURI uri;
    private final Redis settings;
    private final ClientResources resources;
    private final RedisClient client;
    private final CircuitBreaker circuit;
    private @Nullable CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connection;

    /**
     * Connects on first use.
     *
     * @param settings settings with a URL
     * @param clock measures how long Redis has not been called
     */
    RedisCache(Redis settings, Clock clock) {
        this.settings = settings;
        uri = RedisURI.create(Objects.requireNonNull(settings.url()));
        uri.setTimeout(CONNECT_TIMEOUT);
        resources =
                DefaultClientResources.builder()
                        .ioThreadPoolSize(THREADS)
                        .computationThreadPoolSize(THREADS)
                        .build();
        client = RedisClient.create(resources);
        client.setOptions(
                ClientOptions.builder()
                        .autoReconnect(false)
                        .socketOptions(
                                SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).build())
                        .requestQueueSize(COMMANDS_MAX)
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .build());
        circuit =
                CircuitBreaker.of(
                        "redis",
                        CircuitBreakerConfig.custom()
                                .slidingWindowSize(CALLS_LOOKED_AT)
                                .minimumNumberOfCalls(CALLS_LOOKED_AT)
                                .failureRateThreshold(FAILED_PERCENT)
                                .waitDurationInOpenState(OPEN_FOR)
                                .permittedNumberOfCallsInHalfOpenState(1)
                                .clock(clock)
                                .build());
        circuit.getEventPublisher()
                .onStateTransition(event -> {
                    switch (event.getStateTransition().getToState()) {
                        case OPEN ->
                                log.warn(
                                        "the embedding cache in Redis is unavailable, and not used for now");
                        case CLOSED -> log.info("the embedding cache in Redis is available again");
                        default -> log.debug("the embedding cache in Redis is tried again");
                    }
                });
    }

    /**
     * Returns the embeddings that are cached; none if Redis is unavailable.
     *
     * @param dimension dimension that they must have; null for any
     */
    Map<CacheKey, Embedded> get(List<CacheKey> keys, @Nullable Integer dimension) {
        Map<CacheKey, Embedded> found = new HashMap<>();
        for (int from = 0; from < keys.size(); from += KEYS_MAX) {
            List<CacheKey> some = keys.subList(from, Math.min(keys.size(), from + KEYS_MAX));
            List<KeyValue<byte[], byte[]>> values = guarded(() -> values(some));
            if (values == null) {
                break;
            }
            for (int i = 0; i < values.size(); i++) {
                Embedded embedded = decoded(values.get(i).getValueOrElse(new byte[0]), dimension);
                if (embedded != null) {
                    found.put(some.get(i), embedded);
                }
            }
        }
        return found;
    }

    private List<KeyValue<byte[], byte[]>> values(List<CacheKey> keys) throws Exception {
        byte[][] names = keys.stream().map(RedisCache::name).toArray(byte[][]::new);
        return await(connection().async().mget(names));
    }

    /** Stores the embeddings with the configured TTL; drops them if Redis is unavailable. */
    void put(Map<CacheKey, Embedded> embedded) {
        List<Map.Entry<CacheKey, Embedded>> entries = List.copyOf(embedded.entrySet());
        for (int from = 0; from < entries.size(); from += KEYS_MAX) {
            var some = entries.subList(from, Math.min(entries.size(), from + KEYS_MAX));
            if (guarded(() -> set(some)) == null) {
                break;
            }
        }
    }

    private Integer set(List<Map.Entry<CacheKey, Embedded>> entries) throws Exception {
        var commands = connection().async();
        var expiry = SetArgs.Builder.px(settings.ttl().toMillis());
        List<CompletableFuture<String>> sent = new ArrayList<>();
        for (var entry : entries) {
            sent.add(
                    commands.set(name(entry.getKey()), encoded(entry.getValue()), expiry)
                            .toCompletableFuture());
        }
        await(CompletableFuture.allOf(sent.toArray(new CompletableFuture<?>[0])));
        return sent.size();
    }

    private <T> T await(Future<T> answer) throws Exception {
        return answer.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Null if Redis fails, for whatever reason: a cache must not make a request fail. */
    private <T> @Nullable T guarded(Callable<T> call) {
        try {
            return circuit.executeCallable(call);
        } catch (CallNotPermittedException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (Exception e) {
            log.debug("the embedding cache in Redis failed", e);
            disconnect();
            return null;
        }
    }

    /** The connection. While it is being opened, callers wait no longer than the Redis timeout. */
    private StatefulRedisConnection<byte[], byte[]> connection() throws Exception {
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> current;
        synchronized (this) {
            if (connection == null) {
                connection =
                        client.connectAsync(ByteArrayCodec.INSTANCE, uri).toCompletableFuture();
            }
            current = connection;
        }
        return await(current);
    }

    /** A connection that has failed once may hang, so the next call opens a new one. */
    private synchronized void disconnect() {
        if (connection == null || !connection.isDone()) {
            return;
        }
        if (!connection.isCompletedExceptionally()) {
            var _ = connection.join().closeAsync();
        }
        connection = null;
    }

    private static byte[] name(CacheKey key) {
        return (KEY_PREFIX + key.hex()).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] encoded(Embedded embedded) {
        float[] components = embedded.embedding().toArray();
        ByteBuffer bytes =
                ByteBuffer.allocate(HEADER_BYTES + components.length * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(embedded.tokens())
                        .put((byte) (embedded.truncated() ? 1 : 0));
        bytes.asFloatBuffer().put(components);
        return bytes.array();
    }

    /** Null if the value is not in the format of this class. */
    private static @Nullable Embedded decoded(byte[] value, @Nullable Integer dimension) {
        int length = value.length - HEADER_BYTES;
        if (length <= 0
                || length % Float.BYTES != 0
                || (dimension != null && length != dimension * Float.BYTES)) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        int tokens = bytes.getInt();
        byte truncated = bytes.get();
        float[] components = new float[length / Float.BYTES];
        bytes.asFloatBuffer().get(components);
        try {
            return tokens < 0
                    ? null
                    : new Embedded(Embedding.copyOf(components), tokens, truncated == 1);
        } catch (ServiceException e) {
            return null;
        }
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        resources.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
}
