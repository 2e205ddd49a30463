package dev.tributary.reembed;

import dev.tributary.sync.Follower;
import java.util.UUID;

/**
 * A re-embedding in progress.
 *
 * @param job that does it
 * @param source id of the collection that is re-embedded
 * @param target id of the new one
 * @param isTargetKept whether the new one stays if the job does not succeed
 * @param isSwitched whether the new one has taken over
 */
record Reembedding(
        UUID job,
        String namespace,
        long source,
        long target,
        boolean isTargetKept,
        boolean isSwitched) {
    /** Follows the source; of each re-embedding its own, also of the same source. */
    Follower follower() {
        return new Follower(source, "reembed-" + job);
    }
}
