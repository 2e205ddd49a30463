package dev.tributary.vector;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chunks taken together by their source, for the store in memory. */
final class InMemorySources {
    private static final Comparator<String> BY_CODE_POINTS =
            (one, other) -> {
                int[] left = one.codePoints().toArray();
                int[] right = other.codePoints().toArray();
                return java.util.Arrays.compare(left, right);
            };
    private static final Comparator<ChunkKey> ORDER =
            comparing(ChunkKey::sourceType, BY_CODE_POINTS)
                    .thenComparing(ChunkKey::sourceId, BY_CODE_POINTS);

    private InMemorySources() {}

    static List<SourceSummary> of(List<StoredChunk> chunks, SourceQuery query) {
        ChunkKey after = query.after();
        return chunks.stream().collect(groupingBy(InMemorySources::source)).entrySet().stream()
                .filter(it ->
                        query.sourceType() == null
                                || it.getKey().sourceType().equals(query.sourceType()))
                .filter(it -> it.getKey().sourceId().startsWith(query.prefix()))
                .filter(it -> after == null || ORDER.compare(it.getKey(), after) > 0)
                .map(it -> summary(it.getKey(), it.getValue()))
                .sorted(comparing(SourceSummary::key, ORDER))
                .limit(query.limit())
                .toList();
    }

    private static ChunkKey source(StoredChunk chunk) {
        return new ChunkKey(chunk.key().sourceType(), chunk.key().sourceId(), 0);
    }

    private static SourceSummary summary(ChunkKey key, List<StoredChunk> chunks) {
        List<StoredChunk> sorted =
                chunks.stream()
                        .sorted(Comparator.comparingInt(chunk -> chunk.key().chunkIndex()))
                        .toList();
        Object title = requireNonNull(sorted.getFirst().metadata()).get("title");
        return new SourceSummary(
                key,
                title instanceof String text ? text : null,
                chunks.size(),
                hash(sorted),
                chunks.stream().map(StoredChunk::createdAt).min(Comparator.naturalOrder()).get(),
                chunks.stream().map(StoredChunk::updatedAt).max(Comparator.naturalOrder()).get());
    }

    private static @Nullable String hash(List<StoredChunk> sorted) {
        List<String> hashes =
                sorted.stream().map(StoredChunk::contentHash).flatMap(Stream::ofNullable).toList();
        return hashes.isEmpty() ? null : sha256(hashes);
    }

    static String sha256(List<String> hashes) {
        try {
            byte[] bytes = HexFormat.of().parseHex(String.join("", hashes));
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
