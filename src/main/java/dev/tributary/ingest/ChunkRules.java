package dev.tributary.ingest;

import dev.tributary.failure.ServiceException;
import dev.tributary.json.Metadata;
import dev.tributary.vector.AccessRules;
import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Parent;
import dev.tributary.vector.TextHash;
import dev.tributary.vector.TextRules;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules that a chunk must meet before it is passed to a store. */
public final class ChunkRules {
    private static final int BOOSTS_MAX = 64;
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private final long contentBytesMax;

    ChunkRules(IngestProperties properties) {
        contentBytesMax = properties.contentMax().toBytes();
    }

    /**
     * Returns the validated chunk, which can be stored except that its embedding may still be
     * missing.
     *
     * @throws ServiceException {@code INVALID} with the first invalid field
     */
    DraftChunk check(ChunkInput input) {
        if (input.sourceId() == null) {
            throw ServiceException.invalid("source_id", "is required");
        }
        ChunkKey key =
                key(
                        input.sourceType(),
                        input.sourceId(),
                        Objects.requireNonNullElse(input.chunkIndex(), 0));
        String content = content("content", input.content());
        if (content == null && input.embedding() == null) {
            throw ServiceException.invalid("content", "or embedding is required");
        }
        if (content != null && TextRules.isBlank(content)) {
            throw ServiceException.invalid(
                    "content", "is blank; leave it out to store a vector alone");
        }
        UUID id = input.id();
        return new DraftChunk(
                id == null ? key.toId() : id,
                key,
                content,
                contentHash(input.contentHash(), content),
                input.embedding(),
                metadata(input.metadata()),
                tenant(input.tenant()),
                aclDigest(input.aclDigest()),
                certRefs(input.certRefs()),
                boosts(input.boosts()),
                parent(input, key),
                tokenCount(input.tokenCount()));
    }

    /**
     * Returns the key of a chunk.
     *
     * @param sourceType {@code document} for null
     * @throws ServiceException {@code INVALID} with the first field that {@link ChunkKey} refuses
     */
    public static ChunkKey key(@Nullable String sourceType, String sourceId, int chunkIndex) {
        String type = sourceType == null ? ChunkKey.SOURCE_TYPE_DEFAULT : sourceType;
        TextRules.within("source_type", type, ChunkKey.SOURCE_TYPE_LENGTH_MAX);
        TextRules.within("source_id", sourceId, ChunkKey.SOURCE_ID_LENGTH_MAX);
        if (chunkIndex < 0) {
            throw ServiceException.invalid(
                    "chunk_index", "is " + chunkIndex + ", must be 0 or more");
        }
        return new ChunkKey(type, sourceId, chunkIndex);
    }

    private @Nullable String content(String field, @Nullable String content) {
        if (content == null) {
            return null;
        }
        // A UTF-16 unit has at most 4 bytes, so most texts need not be encoded to be measured.
        if (content.length() > contentBytesMax / 4
                && content.getBytes(StandardCharsets.UTF_8).length > contentBytesMax) {
            throw ServiceException.invalid(
                    field, "has more than %,d bytes in UTF-8".formatted(contentBytesMax));
        }
        return TextRules.storable(field, content);
    }

    /**
     * Returns metadata that can be stored; empty for null.
     *
     * @throws ServiceException {@code INVALID} as in {@link Metadata#check}
     */
    public static Map<String, @Nullable Object> metadata(
            @Nullable Map<String, @Nullable Object> metadata) {
        return metadata == null ? Map.of() : Metadata.check("metadata", metadata);
    }

    /**
     * Returns a tenant of 1 to 128 characters, or null.
     *
     * @throws ServiceException {@code INVALID} for any other
     */
    public static @Nullable String tenant(@Nullable String tenant) {
        return tenant == null ? null : AccessRules.tenant("tenant", tenant);
    }

    private static @Nullable String contentHash(@Nullable String given, @Nullable String content) {
        if (given != null && !SHA_256.matcher(given).matches()) {
            throw ServiceException.invalid(
                    "content_hash", "must be SHA-256 in 64 hexadecimal digits");
        }
        if (content == null) {
            return given;
        }
        String computed = TextHash.of(content);
        if (given != null && !given.equals(computed)) {
            throw ServiceException.invalid(
                    "content_hash", "is not the SHA-256 of content, which is " + computed);
        }
        return computed;
    }

    private @Nullable Parent parent(ChunkInput input, ChunkKey key) {
        Integer index = input.parentIndex();
        String content = content("parent_content", input.parentContent());
        if (index == null) {
            if (content != null) {
                throw ServiceException.invalid("parent_content", "needs parent_index");
            }
            return null;
        }
        if (index < 0 || index > key.chunkIndex()) {
            throw ServiceException.invalid(
                    "parent_index",
                    "is %,d, must be 0 to chunk_index, which is %,d"
                            .formatted(index, key.chunkIndex()));
        }
        if (content != null && index != key.chunkIndex()) {
            throw ServiceException.invalid(
                    "parent_content", "is allowed only with the first chunk of the parent");
        }
        return new Parent(index, content);
    }

    private static @Nullable Integer tokenCount(@Nullable Integer count) {
        if (count != null && count < 0) {
            throw ServiceException.invalid(
                    "token_count", "is %,d, must be 0 or more".formatted(count));
        }
        return count;
    }

    static @Nullable String aclDigest(@Nullable String digest) {
        return digest == null ? null : AccessRules.digest("acl_digest", digest);
    }

    private static @Nullable Object certRefs(@Nullable Object certRefs) {
        if (certRefs == null) {
            return null;
        }
        Map<String, @Nullable Object> wrapped = new LinkedHashMap<>();
        wrapped.put("value", certRefs);
        Metadata.check("cert_refs", wrapped);
        return certRefs;
    }

    static Map<String, Double> boosts(@Nullable Map<String, Double> boosts) {
        if (boosts == null) {
            return Map.of();
        }
        if (boosts.size() > BOOSTS_MAX) {
            throw ServiceException.invalid(
                    "boosts",
                    "has %d names, must have at most %d".formatted(boosts.size(), BOOSTS_MAX));
        }
        boosts.forEach((name, factor) -> {
            TextRules.storable("boosts", name);
            if (!(factor >= 0 && factor <= 1_000_000)) {
                throw ServiceException.invalid(
                        "boosts." + name, "is " + factor + ", must be 0 to 1,000,000");
            }
        });
        return boosts;
    }
}
