package dev.tributary.reembed;

import dev.tributary.collection.Collection;
import dev.tributary.job.JobRun;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A re-embedding in one attempt of its job. Belongs to the thread that does it. */
final class Passage {
    private final JobRun run;
    private final String name;
    private final Collection source;
    private final Collection target;
    private final Transfer transfer;
    private Place place;

    /**
     * How far the copy has come.
     *
     * @param after the last chunk that was copied; null before the first
     * @param copied chunks until then
     * @param isDone whether there are no more
     */
    record Place(@Nullable UUID after, long copied, boolean isDone) {
        private static final Place START = new Place(null, 0, false);
    }

    /**
     * Goes on where the last attempt ended.
     *
     * @param name what the source is found by
     */
    Passage(JobRun run, String name, Collection source, Collection target, Transfer transfer) {
        this.run = run;
        this.name = name;
        this.source = source;
        this.target = target;
        this.transfer = transfer;
        Place reached = run.checkpoint(Place.class);
        place = reached == null ? Place.START : reached;
    }

    /**
     * Writes down how far the copy is; in the transaction that made it so.
     *
     * @param more chunks that were dealt with
     */
    void advance(long more, Place next) {
        run.advance(more, next);
    }

    /** Writes down that the attempt still has the job; in the transaction that counts on it. */
    void stay() {
        run.advance(0, place);
    }

    /** What {@link #advance} wrote is committed. */
    void reached(Place next) {
        place = next;
    }

    JobRun run() {
        return run;
    }

    String name() {
        return name;
    }

    Collection source() {
        return source;
    }

    Collection target() {
        return target;
    }

    Transfer transfer() {
        return transfer;
    }

    Place place() {
        return place;
    }
}
