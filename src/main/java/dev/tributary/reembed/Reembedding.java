package dev.tributary.reembed;

import dev.tributary.sync.Follower;
import java.util.UUID;

/**
 * A re-embedding in progress.
 *
 * @param job the job that does it
 * @param source id of the collection that is re-embedded
 * @param target id of the new collection
 * @param isTargetKept whether the new collection is kept if the job does not succeed
 * @param isSwitched whether the new collection has taken over the name
 */
record Reembedding(
        UUID job,
        String namespace,
        long source,
        long target,
        boolean isTargetKept,
        boolean isSwitched) {
    /** The follower of the source; each re-embedding has its own, even for the same source. */
    Follower follower() {
        return new Follower(source, "reembed-" + job);
    }
}
