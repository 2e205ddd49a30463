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

/** Replaces the content of hits with that of their parents. */
final class ParentContents {
    private ParentContents() {}

    /**
     * Looks all parents up at once. The text of a parent is stored with its first chunk, under the
     * id that is derived from the key of that chunk. A parent whose chunks have other ids is not
     * found: its hits keep their own content, and a warning is reported.
     *
     * @param hits at most 1,000
     * @param lookUp returns the chunks with these ids, and their content
     */
    static List<RankedHit> replace(
            List<RankedHit> hits,
            Function<List<UUID>, List<StoredChunk>> lookUp,
            SearchReport report) {
        List<UUID> ids =
                hits.stream()
                        .filter(it -> it.parent() != null)
                        .map(ParentContents::firstChunk)
                        .map(ChunkKey::toId)
                        .distinct()
                        .toList();
        if (ids.isEmpty()) {
            return hits;
        }
        Map<ChunkKey, String> contents = new HashMap<>();
        for (StoredChunk chunk : lookUp.apply(ids)) {
            Parent parent = chunk.parent();
            if (parent != null && parent.content() != null) {
                contents.put(chunk.key(), parent.content());
            }
        }
        return replace(hits, contents, report);
    }

    private static List<RankedHit> replace(
            List<RankedHit> hits, Map<ChunkKey, String> contents, SearchReport report) {
        List<RankedHit> replaced = new ArrayList<>();
        int missing = 0;
        for (RankedHit hit : hits) {
            String content = hit.parent() == null ? null : contents.get(firstChunk(hit));
            missing += hit.parent() != null && content == null ? 1 : 0;
            replaced.add(content == null ? hit : hit.withContent(content));
        }
        if (missing > 0) {
            report.warn(
                    "the parents of %,d results were not found: these results have the content of their chunks"
                            .formatted(missing));
        }
        return replaced;
    }

    private static ChunkKey firstChunk(RankedHit ranked) {
        ChunkKey key = ranked.hit().key();
        RankedHit.ParentMatch parent = ranked.parent();
        int index = parent == null ? key.chunkIndex() : parent.chunkIndex();
        return new ChunkKey(key.sourceType(), key.sourceId(), index);
    }
}
