package dev.tributary.sync;

import dev.tributary.job.JobRun;
import dev.tributary.vector.CollectionRef;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The copy of a collection in one attempt of its job. Confined to the thread of the job.
 *
 * <p>Its progress is the job's checkpoint: an attempt continues where the previous one ended.
 */
public final class CopyRun {
    private final JobRun run;
    private final Follower follower;
    private final CollectionRef source;
    private final CopyTarget target;
    private Place place;

    /**
     * How far the copy has come.
     *
     * @param after the last chunk that was copied; null before the first
     * @param copied chunks copied so far
     * @param isDone whether there are no more chunks to copy
     */
    record Place(@Nullable UUID after, long copied, boolean isDone) {
        static final Place START = new Place(null, 0, false);
    }

    /** Continues from the checkpoint of the job, or starts at the first chunk. */
    public CopyRun(JobRun run, Follower follower, CollectionRef source, CopyTarget target) {
        this.run = run;
        this.follower = follower;
        this.source = source;
        this.target = target;
        Place reached = run.checkpoint(Place.class);
        place = reached == null ? Place.START : reached;
    }

    public JobRun run() {
        return run;
    }

    public Follower follower() {
        return follower;
    }

    public CollectionRef source() {
        return source;
    }

    CopyTarget target() {
        return target;
    }

    /** Whether nothing was copied yet, as far as the checkpoint tells. */
    public boolean isAtStart() {
        return place.equals(Place.START);
    }

    Place place() {
        return place;
    }

    /** Records a copied page, in the transaction that wrote it if there is one. */
    void advance(long more, Place next) {
        run.advance(more, next);
    }

    /**
     * Checks that the attempt still has the job. Call it in the transaction that relies on that.
     *
     * @throws dev.tributary.job.JobStopped if it does not; the transaction must not be committed
     *     then
     */
    public void requireLease() {
        run.advance(0, place);
    }

    /** A step of the copy that ends by an action, which is told what failed. */
    CopyTarget.Step step(Consumer<Map<UUID, String>> done) {
        return new CopyTarget.Step() {
            @Override
            public void requireLease() {
                CopyRun.this.requireLease();
            }

            @Override
            public void done(Map<UUID, String> failed) {
                done.accept(failed);
            }
        };
    }

    /** Moves on after what {@link #advance} wrote was committed. */
    void reached(Place next) {
        place = next;
    }
}
