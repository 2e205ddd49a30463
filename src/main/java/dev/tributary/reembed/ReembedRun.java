package dev.tributary.reembed;

import dev.tributary.collection.Collection;
import dev.tributary.job.JobRun;
import dev.tributary.sync.CopyRun;

/**
 * A re-embedding in one attempt of its job. Confined to the thread of the job.
 *
 * @param name name by which the source was requested: its own name, or an alias
 * @param into the new collection as the target of the copy
 * @param copy the copy and its progress
 */
record ReembedRun(
        String name, Collection source, Collection target, ReembedTarget into, CopyRun copy) {
    JobRun job() {
        return copy.run();
    }
}
