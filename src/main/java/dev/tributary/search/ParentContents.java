package dev.tributary.search;

import dev.tributary.vector.ChunkKey;
import dev.tributary.vector.Parent;
import dev.tributary.vector.StoredChunk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gives hits the content of the parent that they are parts of. */
final class ParentContents {
    private ParentContents() {}

    /**
     * Hits with the contents of their parents.
     *
     * @param warning null unless the parent of a hit was not found, which keeps its own content
     */
    record Expanded(List<Candidate> candidates, @Nullable String warning) {}

    /**
     * Looks the parents up, all at once: the text of a parent is with its first chunk, under the id
     * that is derived from its key. Not found are those whose chunks were given other ids.
     *
     * @param candidates at most 1,000
     * @param lookUp gives chunks with their contents by their ids
     */
    static Expanded of(List<Candidate> candidates, Function<List<UUID>, List<StoredChunk>> lookUp) {
        List<UUID> ids =
                candidates.stream()
                        .filter(it -> it.parent() != null)
                        .map(ParentContents::firstChunk)
                        .map(ChunkKey::toId)
                        .distinct()
                        .toList();
        if (ids.isEmpty()) {
            return new Expanded(candidates, null);
        }
        Map<ChunkKey, String> contents = new HashMap<>();
        for (StoredChunk chunk : lookUp.apply(ids)) {
            Parent parent = chunk.parent();
            if (parent != null && parent.content() != null) {
                contents.put(chunk.key(), parent.content());
            }
        }
        return expanded(candidates, contents);
    }

    private static Expanded expanded(List<Candidate> candidates, Map<ChunkKey, String> contents) {
        List<Candidate> expanded = new ArrayList<>();
        int missing = 0;
        for (Candidate candidate : candidates) {
            String content =
                    candidate.parent() == null ? null : contents.get(firstChunk(candidate));
            missing += candidate.parent() != null && content == null ? 1 : 0;
            expanded.add(content == null ? candidate : candidate.withContent(content));
        }
        String warning =
                missing == 0
                        ? null
                        : "the parents of %,d results were not found: they have the content of their chunks"
                                .formatted(missing);
        return new Expanded(expanded, warning);
    }

    private static ChunkKey firstChunk(Candidate candidate) {
        ChunkKey key = candidate.hit().key();
        Candidate.ParentMatch parent = candidate.parent();
        int index = parent == null ? key.chunkIndex() : parent.chunkIndex();
        return new ChunkKey(key.sourceType(), key.sourceId(), index);
    }
}
