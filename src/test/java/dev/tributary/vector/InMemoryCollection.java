package dev.tributary.vector;

import static java.time.temporal.ChronoUnit.MICROS;
import static java.util.stream.Collectors.toMap;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.ChunkOutcome.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of one collection. Every method is one atomic step. */
final class InMemoryCollection {
    private static final int ROW_OVERHEAD_BYTES = 100;

    private final CollectionRef collection;
    private final Map<UUID, StoredChunk> rows = new HashMap<>();
    private final Map<ChunkKey, UUID> ids = new HashMap<>();
    private final Set<IndexSpec> indexes = new HashSet<>();
    private Instant latest = Instant.EPOCH;

    InMemoryCollection(CollectionRef collection) {
        this.collection = collection;
        if (collection.index().type() == IndexSpec.Type.HNSW) {
            indexes.add(collection.index());
        }
    }

    synchronized InMemoryCollection copy() {
        var copy = new InMemoryCollection(collection);
        copy.rows.putAll(rows);
        copy.ids.putAll(ids);
        copy.indexes.addAll(indexes);
        copy.latest = latest;
        return copy;
    }

    synchronized boolean hasIndex(IndexSpec index) {
        return indexes.contains(index);
    }

    synchronized boolean buildIndex(IndexSpec index) {
        return switch (index.type()) {
            case NONE -> true;
            case HNSW -> {
                indexes.add(index);
                yield true;
            }
            case IVFFLAT -> !rows.isEmpty() && (indexes.contains(index) || indexes.add(index));
        };
    }

    synchronized void dropOtherIndexes(IndexSpec index) {
        indexes.retainAll(Set.of(index));
    }

    synchronized long bytes() {
        return (rows.size() + 1L) * (ROW_OVERHEAD_BYTES + 4L * collection.dimension());
    }

    synchronized List<StoredChunk> matching(@Nullable Filter filter) {
        return rows.values().stream().filter(c -> FilterMatcher.matches(filter, c)).toList();
    }

    synchronized long count(@Nullable Filter filter) {
        return matching(filter).size();
    }

    synchronized long delete(Filter filter) {
        List<StoredChunk> doomed = matching(filter);
        doomed.forEach(this::remove);
        return doomed.size();
    }

    synchronized List<StoredChunk> get(List<UUID> wanted) {
        return new LinkedHashSet<>(wanted)
                .stream().map(rows::get).filter(Objects::nonNull).toList();
    }

    synchronized List<ChunkOutcome> upsert(Rows into, List<Chunk> chunks) {
        var outcomes = new ArrayList<ChunkOutcome>();
        var seenIds = new HashSet<UUID>();
        var seenKeys = new HashSet<ChunkKey>();
        for (Chunk chunk : chunks) {
            boolean newId = seenIds.add(chunk.id());
            boolean newKey = seenKeys.add(chunk.key());
            String error = newId && newKey ? whyNot(into, chunk) : repeated(chunk, newId);
            outcomes.add(
                    error == null
                            ? ChunkOutcome.of(chunk.id(), put(chunk))
                            : ChunkOutcome.failed(chunk.id(), error));
        }
        return outcomes;
    }

    synchronized List<ChunkOutcome> patch(Rows within, List<ChunkPatch> patches) {
        var seen = new HashSet<UUID>();
        return patches.stream()
                .map(patch ->
                        seen.add(patch.id())
                                ? patch(within, patch)
                                : ChunkOutcome.failed(
                                        patch.id(), "id " + patch.id() + " is in this twice"))
                .toList();
    }

    private ChunkOutcome patch(Rows within, ChunkPatch patch) {
        UUID id = patch.id();
        StoredChunk before = rows.get(id);
        if (before == null || !within.contains(before.tenant())) {
            return ChunkOutcome.failed(id, "id " + id + " does not exist");
        }
        try {
            ChunkFields fields = patch.change().apply(ChunkFields.of(before));
            within.requireContains(fields.tenant());
            return ChunkOutcome.of(id, put(patched(before, fields)));
        } catch (ServiceException e) {
            return ChunkOutcome.failed(id, String.valueOf(e.getMessage()));
        }
    }

    private Chunk patched(StoredChunk before, ChunkFields fields) {
        var chunk =
                new Chunk(
                        before.id(),
                        before.key(),
                        before.content(),
                        before.contentHash(),
                        Objects.requireNonNull(before.embedding()),
                        fields.metadata(),
                        fields.tenant(),
                        fields.aclDigest(),
                        before.certRefs(),
                        fields.boosts(),
                        before.tokenCount(),
                        before.parent());
        requireStorable(collection, chunk);
        return chunk;
    }

    private static String repeated(Chunk chunk, boolean newId) {
        return newId
                ? "key " + chunk.key() + " is in this request twice"
                : "id " + chunk.id() + " is in this request twice";
    }

    private @Nullable String whyNot(Rows into, Chunk chunk) {
        StoredChunk before = rows.get(chunk.id());
        if (before != null && !into.contains(before.tenant())) {
            return "id " + chunk.id() + " cannot be used";
        }
        UUID owner = ids.get(chunk.key());
        if (owner != null && !owner.equals(chunk.id())) {
            return into.isConfined()
                    ? "key " + chunk.key() + " cannot be used"
                    : "key " + chunk.key() + " belongs to the chunk " + owner;
        }
        try {
            into.requireContains(chunk);
            requireStorable(collection, chunk);
            return null;
        } catch (ServiceException e) {
            return e.getMessage();
        }
    }

    synchronized ReplaceOutcome replaceSource(
            Rows into, String sourceType, String sourceId, List<Chunk> chunks) {
        List<StoredChunk> before = matching(into.restrict(Filter.source(sourceType, sourceId)));
        requireReplaceable(into, sourceType, sourceId, chunks);
        Set<UUID> kept = new HashSet<>(chunks.stream().map(Chunk::id).toList());
        List<StoredChunk> doomed = before.stream().filter(c -> !kept.contains(c.id())).toList();
        doomed.forEach(this::remove);
        before.forEach(chunk -> ids.remove(chunk.key()));
        Map<Status, Integer> counts =
                chunks.stream().collect(toMap(this::put, _ -> 1, Integer::sum));
        return new ReplaceOutcome(
                counts.getOrDefault(Status.CREATED, 0),
                counts.getOrDefault(Status.UPDATED, 0),
                counts.getOrDefault(Status.UNCHANGED, 0),
                doomed.size());
    }

    private void requireReplaceable(
            Rows into, String sourceType, String sourceId, List<Chunk> chunks) {
        var seenIds = new HashSet<UUID>();
        var seenKeys = new HashSet<ChunkKey>();
        for (Chunk chunk : chunks) {
            if (!isOf(sourceType, sourceId, chunk.key())) {
                throw ServiceException.invalid(
                        "chunks", "has " + chunk.key() + " of another source");
            }
            if (!seenIds.add(chunk.id()) || !seenKeys.add(chunk.key())) {
                throw ServiceException.invalid("chunks", "has " + chunk.key() + " twice");
            }
            StoredChunk owner = rows.get(chunk.id());
            if (owner != null
                    && (!isOf(sourceType, sourceId, owner.key())
                            || !into.contains(owner.tenant()))) {
                throw ServiceException.conflict("id_taken", "id " + chunk.id() + " is taken");
            }
            UUID holder = ids.get(chunk.key());
            StoredChunk held = holder == null ? null : rows.get(holder);
            if (held != null && !into.contains(held.tenant())) {
                throw ServiceException.conflict("id_taken", "a key is taken");
            }
            into.requireContains(chunk);
            requireStorable(collection, chunk);
        }
    }

    private static boolean isOf(String sourceType, String sourceId, ChunkKey key) {
        return key.sourceType().equals(sourceType) && key.sourceId().equals(sourceId);
    }

    private Status put(Chunk chunk) {
        StoredChunk before = rows.get(chunk.id());
        if (before != null && same(before, stored(chunk, before.createdAt(), before.updatedAt()))) {
            ids.put(chunk.key(), chunk.id());
            return Status.UNCHANGED;
        }
        Instant now = now();
        if (before != null) {
            ids.remove(before.key(), before.id());
        }
        rows.put(chunk.id(), stored(chunk, before == null ? now : before.createdAt(), now));
        ids.put(chunk.key(), chunk.id());
        return before == null ? Status.CREATED : Status.UPDATED;
    }

    private void remove(StoredChunk chunk) {
        rows.remove(chunk.id());
        ids.remove(chunk.key(), chunk.id());
    }

    /** Strictly later than the last one, as the transactions of a database are. */
    private Instant now() {
        Instant now = Instant.now().truncatedTo(MICROS);
        latest = now.isAfter(latest) ? now : latest.plus(1, MICROS);
        return latest;
    }

    static StoredChunk stored(Chunk chunk, Instant createdAt, Instant updatedAt) {
        return new StoredChunk(
                chunk.id(),
                chunk.key(),
                chunk.content(),
                chunk.contentHash(),
                chunk.embedding(),
                Json.copy(chunk.metadata()),
                chunk.tenant(),
                chunk.aclDigest(),
                Json.copyValue(chunk.certRefs()),
                Map.copyOf(chunk.boosts()),
                chunk.tokenCount(),
                chunk.parent(),
                createdAt,
                updatedAt);
    }

    private static boolean same(StoredChunk a, StoredChunk b) {
        return a.key().equals(b.key())
                && Objects.equals(a.content(), b.content())
                && Objects.equals(a.contentHash(), b.contentHash())
                && Objects.equals(a.parent(), b.parent())
                && Objects.equals(a.embedding(), b.embedding())
                && Objects.equals(Json.canonical(a.metadata()), Json.canonical(b.metadata()))
                && Objects.equals(a.tenant(), b.tenant())
                && Objects.equals(a.aclDigest(), b.aclDigest())
                && Objects.equals(Json.canonical(a.certRefs()), Json.canonical(b.certRefs()))
                && a.boosts().equals(b.boosts())
                && Objects.equals(a.tokenCount(), b.tokenCount());
    }

    static void requireStorable(CollectionRef collection, Chunk chunk) {
        collection.requireFit(chunk.embedding());
        requireStorable("source_type", chunk.key().sourceType());
        requireStorable("source_id", chunk.key().sourceId());
        requireStorable("content", chunk.content());
        requireStorable("tenant", chunk.tenant());
        requireStorable("metadata", chunk.metadata());
        requireStorable("cert_refs", chunk.certRefs());
        requireStorable("boosts", chunk.boosts());
    }

    private static void requireStorable(String field, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case String text -> TextRules.storable(field, text);
            case Number number when !Double.isFinite(number.doubleValue()) ->
                    throw ServiceException.invalid(field, "has " + number + ", must be finite");
            case Map<?, ? extends @Nullable Object> map -> {
                map.keySet().forEach(key -> requireStorable(field, key));
                map.values().forEach(element -> requireStorable(field, element));
            }
            case Collection<? extends @Nullable Object> list ->
                    list.forEach(element -> requireStorable(field, element));
            default -> {}
        }
    }
}
