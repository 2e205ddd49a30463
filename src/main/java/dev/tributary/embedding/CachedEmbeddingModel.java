package dev.tributary.embedding;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Caches embeddings in memory, then in Redis if it is configured, by the SHA-256 of model and text,
 * so that no text is kept. Thread-safe. Two concurrent calls may both embed a new text; they get
 * the same embedding.
 */
final class CachedEmbeddingModel implements EmbeddingModel {
    /** Bytes of one embedding's key, entry, node and headers in memory; a low estimate. */
    private static final int OVERHEAD_BYTES = 200;

    private final EmbeddingModel model;
    private final Cache<CacheKey, Embedded> memory;
    private final @Nullable RedisCache redis;
    private final Lookups inMemory;
    private final Lookups inRedis;

    /** Counts the distinct texts looked up: {@code embedding_cache_total}. */
    private record Lookups(Counter hits, Counter misses) {
        static Lookups of(MeterRegistry registry, String level) {
            return new Lookups(
                    registry.counter("embedding.cache", "level", level, "result", "hit"),
                    registry.counter("embedding.cache", "level", level, "result", "miss"));
        }

        void count(int found, int missed) {
            hits.increment(found);
            misses.increment(missed);
        }
    }

    /**
     * Puts a cache before a model.
     *
     * @param size approximate size of all embeddings kept in memory; 0 keeps none
     * @param redis a cache shared by all models and not closed with this one; null for none
     */
    CachedEmbeddingModel(
            EmbeddingModel model,
            DataSize size,
            @Nullable RedisCache redis,
            MeterRegistry registry) {
        this.model = model;
        this.redis = redis;
        // Evict in the calling thread: at most a few entries per call, and the limit always holds.
        memory =
                Caffeine.newBuilder()
                        .maximumWeight(size.toBytes())
                        .<CacheKey, Embedded>weigher((_, value) -> weight(value))
                        .executor(Runnable::run)
                        .build();
        inMemory = Lookups.of(registry, "memory");
        inRedis = Lookups.of(registry, "redis");
    }

    @Override
    public List<Embedded> embed(List<String> texts) {
        String identity = model.identity();
        List<CacheKey> keys = texts.stream().map(text -> CacheKey.of(identity, text)).toList();
        Map<CacheKey, String> misses = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            misses.putIfAbsent(keys.get(i), texts.get(i));
        }
        Map<CacheKey, Embedded> known = new HashMap<>(memory.getAllPresent(misses.keySet()));
        misses.keySet().removeAll(known.keySet());
        inMemory.count(known.size(), misses.size());
        if (!misses.isEmpty()) {
            known.putAll(fromRedis(misses));
        }
        if (!misses.isEmpty()) {
            known.putAll(fromModel(misses));
        }
        return keys.stream().map(known::get).toList();
    }

    /** Removes the texts that it finds from the misses. */
    private Map<CacheKey, Embedded> fromRedis(Map<CacheKey, String> misses) {
        if (redis == null) {
            return Map.of();
        }
        Map<CacheKey, Embedded> found =
                redis.get(List.copyOf(misses.keySet()), model.knownDimension());
        Set<CacheKey> missed = misses.keySet();
        missed.removeAll(found.keySet());
        inRedis.count(found.size(), missed.size());
        memory.putAll(found);
        return found;
    }

    private Map<CacheKey, Embedded> fromModel(Map<CacheKey, String> misses) {
        List<Embedded> embedded = model.embed(new ArrayList<>(misses.values()));
        Map<CacheKey, Embedded> fresh = new LinkedHashMap<>();
        for (CacheKey key : misses.keySet()) {
            fresh.put(key, embedded.get(fresh.size()));
        }
        memory.putAll(fresh);
        if (redis != null) {
            redis.put(fresh);
        }
        return fresh;
    }

    private static int weight(Embedded embedded) {
        return OVERHEAD_BYTES + embedded.embedding().dimension() * Float.BYTES;
    }

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public int dimension() {
        return model.dimension();
    }

    @Override
    public String originalName() {
        return model.originalName();
    }

    @Override
    public String identity() {
        return model.identity();
    }

    @Override
    public @Nullable Integer knownDimension() {
        return model.knownDimension();
    }

    @Override
    public int tokensMax() {
        return model.tokensMax();
    }

    @Override
    public int textTokensMax() {
        return model.textTokensMax();
    }

    @Override
    public String runtime() {
        return model.runtime();
    }

    @Override
    public @Nullable String failure() {
        return model.failure();
    }

    @Override
    public Tokens tokenize(String text) {
        return model.tokenize(text);
    }

    @Override
    public void close() {
        model.close();
    }
}
