package dev.tributary.search;

import dev.tributary.vector.Hit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hit with what the service adds to it after the store.
 *
 * @param group identifies its group; the hit's own id if hits are not grouped, or if it has no
 *     value to group by
 * @param groupValue the value that its group has in common; null if there is none
 * @param rerankScore score of the reranker; null if it was not reranked
 * @param parent the parent that is returned instead of the chunk; null unless hits are expanded and
 *     the chunk has a parent
 */
record RankedHit(
        Hit hit,
        Object group,
        @Nullable Object groupValue,
        @Nullable Double rerankScore,
        @Nullable ParentMatch parent) {
    /**
     * A parent and those of its chunks that were found.
     *
     * @param chunkIndex index of its first chunk
     * @param chunks indexes of the chunks found, the best first
     */
    record ParentMatch(int chunkIndex, List<Integer> chunks) {
        ParentMatch {
            chunks = List.copyOf(chunks);
        }
    }

    static RankedHit of(Hit hit) {
        return new RankedHit(hit, hit.id(), null, null, null);
    }

    static List<RankedHit> of(List<Hit> hits) {
        return hits.stream().map(RankedHit::of).toList();
    }

    RankedHit withHit(Hit other) {
        return new RankedHit(other, group, groupValue, rerankScore, parent);
    }

    RankedHit withContent(String content) {
        return withHit(hit.with(content, hit.metadata(), hit.embedding()));
    }

    RankedHit withRerankScore(double score) {
        return new RankedHit(hit, group, groupValue, score, parent);
    }
}
