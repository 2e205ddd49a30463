package dev.tributary.search;

import dev.tributary.vector.Hit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hit on its way into the answer.
 *
 * @param group what tells its group from others; its own id where hits are not grouped, or it has
 *     no value to be grouped by
 * @param groupValue what its group has in common; null where there is nothing
 * @param rerankScore null if it was not scored anew
 * @param parent what is returned instead of it; null unless hits are expanded, and it has one
 */
record Candidate(
        Hit hit,
        Object group,
        @Nullable Object groupValue,
        @Nullable Double rerankScore,
        @Nullable ParentMatch parent) {
    /**
     * A parent, and which of its chunks were found.
     *
     * @param chunkIndex of its first chunk
     * @param chunks their chunk indexes, the best first
     */
    record ParentMatch(int chunkIndex, List<Integer> chunks) {
        ParentMatch {
            chunks = List.copyOf(chunks);
        }
    }

    static Candidate of(Hit hit) {
        return new Candidate(hit, hit.id(), null, null, null);
    }

    static List<Candidate> of(List<Hit> hits) {
        return hits.stream().map(Candidate::of).toList();
    }

    Candidate withHit(Hit other) {
        return new Candidate(other, group, groupValue, rerankScore, parent);
    }

    Candidate withContent(String content) {
        return withHit(hit.with(content, hit.metadata(), hit.embedding()));
    }

    Candidate withRerankScore(double score) {
        return new Candidate(hit, group, groupValue, score, parent);
    }
}
