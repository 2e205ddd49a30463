package dev.tributary.embedding;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Remembers embeddings in memory, by the SHA-256 of model and text, so that no text is kept.
 * Thread-safe. Two calls at the same time may both embed a new text; they get the same embedding.
 */
final class CachedEmbeddingModel implements EmbeddingModel {
    /** Key, entry, node and headers of one embedding in memory, in bytes; estimated from below. */
    private static final int OVERHEAD_BYTES = 200;

    private final EmbeddingModel model;
    private final Cache<Key, Embedded> cache;

    /**
     * Puts a cache before a model.
     *
     * @param size of all embeddings kept, about
     */
    CachedEmbeddingModel(EmbeddingModel model, DataSize size) {
        this.model = model;
        // Evicts in the calling thread: at most a few entries a call, and the size holds at once.
        this.cache =
                Caffeine.newBuilder()
                        .maximumWeight(size.toBytes())
                        .<Key, Embedded>weigher((_, value) -> weight(value))
                        .executor(Runnable::run)
                        .build();
    }

    @Override
    public List<Embedded> embed(List<String> texts) {
        List<Key> keys = texts.stream().map(this::key).toList();
        Map<Key, Embedded> known = new HashMap<>();
        Map<Key, String> misses = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(i);
            @Nullable Embedded hit = known.containsKey(key) ? null : cache.getIfPresent(key);
            if (hit != null) {
                known.put(key, hit);
            }
            if (!known.containsKey(key)) {
                misses.putIfAbsent(key, texts.get(i));
            }
        }
        if (!misses.isEmpty()) {
            embedMisses(misses, known);
        }
        return keys.stream().map(known::get).toList();
    }

    private void embedMisses(Map<Key, String> misses, Map<Key, Embedded> known) {
        List<Embedded> embedded = model.embed(new ArrayList<>(misses.values()));
        int i = 0;
        for (Key key : misses.keySet()) {
            known.put(key, embedded.get(i));
            cache.put(key, embedded.get(i));
            i++;
        }
    }

    private Key key(String text) {
        MessageDigest sha256 = sha256();
        sha256.update(model.name().getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
        sha256.update(WordPieceTokenizer.wellFormed(text).getBytes(StandardCharsets.UTF_8));
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
        return new Key(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
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
    public @Nullable String trouble() {
        return model.trouble();
    }

    @Override
    public Tokens tokenize(String text) {
        return model.tokenize(text);
    }

    /** A SHA-256, 64 bits at a time. */
    private record Key(long first, long second, long third, long fourth) {}
}
