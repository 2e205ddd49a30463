package dev.tributary.reembed;

import dev.tributary.collection.Collection;
import dev.tributary.job.JobRun;
import dev.tributary.sync.CopyRun;

/**
 * A re-embedding in one attempt of its job. Belongs to the thread of the job.
 *
 * @param name what the source was asked for by: its own name, or an alias
 * @param into the new collection, as the copy is written to it
 * @param copy the copy and its progress
 */
record ReembedRun(
        String name, Collection source, Collection target, ReembedTarget into, CopyRun copy) {
    JobRun job() {
        return copy.run();
    }
}
