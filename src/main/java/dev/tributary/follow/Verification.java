package dev.tributary.follow;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * How a derived store's copy compares with the collection.
 *
 * @param store name of the store
 * @param generation number of the copy
 * @param compared chunks that either side had
 * @param missing chunks that only the collection has
 * @param extra chunks that only the copy has
 * @param different chunks that the two do not have alike
 * @param unsettled chunks that were written to during the whole comparison, so that nothing is
 *     known of them
 * @param repaired chunks that were missing, extra or different, and are alike now
 * @param directions how the embeddings of a sample compare
 * @param digests of the ids and hashes of both sides; equal only if nothing was written meanwhile
 * @param startedAt when the comparison began
 * @param seconds how long it took
 */
public record Verification(
        String store,
        int generation,
        long compared,
        Finding missing,
        Finding extra,
        Finding different,
        long unsettled,
        long repaired,
        Directions directions,
        Digests digests,
        Instant startedAt,
        double seconds) {
    /** Most chunks of a finding that are named. */
    public static final int EXAMPLES_MAX = 10;

    /**
     * Chunks that compare in one way.
     *
     * @param count how many there are
     * @param examples ids of the first of them, at most 10
     */
    public record Finding(long count, List<UUID> examples) {
        public Finding {
            examples = List.copyOf(examples);
        }

        static Finding of(List<UUID> chunks) {
            return new Finding(
                    chunks.size(), chunks.subList(0, Math.min(EXAMPLES_MAX, chunks.size())));
        }
    }

    /**
     * The directions of embeddings: a store may keep them at another length.
     *
     * @param compared how many were compared, at most 1,000
     * @param leastCosine the worst cosine between the two sides; 1 if none was compared
     * @param different how many are below 0.99999
     */
    public record Directions(int compared, double leastCosine, int different) {}

    /**
     * SHA-256 over ids and hashes, in the order of ids.
     *
     * @param collection of the chunks in PostgreSQL
     * @param copy of the chunks in the store
     */
    public record Digests(String collection, String copy) {}

    /** Whether both sides are known to be alike now. */
    public boolean isClean() {
        return missing.count() + extra.count() + different.count() == repaired
                && unsettled == 0
                && directions.different() == 0;
    }

    /** What was found, in a few words. */
    String summary() {
        return "%,d missing, %,d extra, %,d different, %,d unsettled, %,d of %,d directions differ"
                .formatted(
                        missing.count(),
                        extra.count(),
                        different.count(),
                        unsettled,
                        directions.different(),
                        directions.compared());
    }
}
