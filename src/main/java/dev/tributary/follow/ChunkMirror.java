package dev.tributary.follow;

import dev.tributary.failure.ServiceException;
import dev.tributary.vector.DerivedChunk;
import dev.tributary.vector.DerivedStore;
import dev.tributary.vector.Generation;
import dev.tributary.vector.Include;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.StoredChunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Brings chunks of a generation to the state that they have in the record store. Every call may be
 * repeated. Thread-safe.
 *
 * <p>What the store refuses is found by halving, and returned with the reason; the rest is written.
 */
record ChunkMirror(RecordStore records, DerivedStore store, Generation generation) {
    /** What a chunk must be read with. */
    static final Set<Include> INCLUDE = Set.of(Include.EMBEDDING, Include.METADATA);

    /** A change never has this number, so that any change replaces a chunk of the first copy. */
    private static final long BEFORE_CHANGES = 0;

    /**
     * Adds those of these chunks that the generation does not have.
     *
     * @return why the others were refused
     */
    Map<UUID, String> add(List<StoredChunk> chunks) {
        Map<UUID, String> refused = new HashMap<>();
        write(derived(chunks, Map.of()), some -> store.add(generation, some), refused);
        return refused;
    }

    /**
     * Reads the current state of changed chunks, stores those that exist, and deletes the others.
     *
     * @param changes numbers of the changes, by chunk; at most 1,000
     * @return why chunks were refused
     */
    Map<UUID, String> update(Map<UUID, Long> changes) {
        List<StoredChunk> chunks =
                records.get(
                        generation.collection().allRows(), List.copyOf(changes.keySet()), INCLUDE);
        Map<UUID, Long> gone = new HashMap<>(changes);
        chunks.forEach(chunk -> gone.remove(chunk.id()));
        Map<UUID, String> refused = new HashMap<>();
        write(derived(chunks, changes), some -> store.put(generation, some), refused);
        store.delete(generation, gone);
        return refused;
    }

    private static List<DerivedChunk> derived(List<StoredChunk> chunks, Map<UUID, Long> numbers) {
        return chunks.stream()
                .map(chunk ->
                        new DerivedChunk(
                                chunk,
                                Objects.requireNonNull(chunk.embedding()),
                                Objects.requireNonNull(chunk.metadata()),
                                numbers.getOrDefault(chunk.id(), BEFORE_CHANGES),
                                RowHash.of(chunk)))
                .toList();
    }

    private static void write(
            List<DerivedChunk> chunks,
            Consumer<List<DerivedChunk>> call,
            Map<UUID, String> refused) {
        if (chunks.isEmpty()) {
            return;
        }
        try {
            call.accept(chunks);
        } catch (ServiceException e) {
            if (e.kind() != ServiceException.Kind.IMPOSSIBLE) {
                throw e;
            }
            if (chunks.size() == 1) {
                refused.put(chunks.getFirst().chunk().id(), Objects.requireNonNull(e.getMessage()));
                return;
            }
            int half = chunks.size() / 2;
            write(new ArrayList<>(chunks.subList(0, half)), call, refused);
            write(new ArrayList<>(chunks.subList(half, chunks.size())), call, refused);
        }
    }
}
