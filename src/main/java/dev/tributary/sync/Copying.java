package dev.tributary.sync;

import dev.tributary.sync.CopyRun.Place;
import dev.tributary.vector.Page;
import dev.tributary.vector.RecordStore;
import org.springframework.stereotype.Component;

/** Copies collections, page by page in the order of ids. Safe for use by many threads. */
@Component
public class Copying {
    private final RecordStore store;
    private final CatchUp catchUp;
    private final ChangeLog log;
    private final SyncProperties properties;

    Copying(RecordStore store, CatchUp catchUp, ChangeLog log, SyncProperties properties) {
        this.store = store;
        this.catchUp = catchUp;
        this.log = log;
        this.properties = properties;
    }

    /**
     * Copies what is not copied yet, and maintains the job's total and progress. Catches up with
     * changes every {@code tributary.sync.catch-up-interval}, so that the log does not keep growing
     * during a long copy. Call {@link ChangeLog#begin} first.
     *
     * @param pageSize most chunks of a page, 1 to 1,000
     * @throws dev.tributary.job.JobStopped if the job was cancelled or its lease lost
     * @throws dev.tributary.failure.ServiceException as {@link CatchUp#run}, {@link
     *     RecordStore#scroll} and the target
     */
    public void copy(CopyRun copy, int pageSize) {
        if (copy.place().isDone()) {
            return;
        }
        copy.run().total(store.count(copy.source().allRows(), null));
        long caughtUpAt = System.nanoTime();
        while (!copy.place().isDone()) {
            copyPage(copy, pageSize);
            if (System.nanoTime() - caughtUpAt > properties.catchUpInterval().toNanos()) {
                catchUp.run(copy, pageSize);
                caughtUpAt = System.nanoTime();
            }
        }
        // Some chunks were added or deleted meanwhile, so the total becomes the number copied.
        copy.run().total(copy.place().copied());
    }

    private void copyPage(CopyRun copy, int pageSize) {
        Place place = copy.place();
        Page page =
                store.scroll(
                        copy.source().allRows(),
                        null,
                        place.after(),
                        pageSize,
                        copy.target().include());
        int size = page.chunks().size();
        var next =
                new Place(
                        size == 0 ? place.after() : page.chunks().getLast().id(),
                        place.copied() + size,
                        page.next() == null);
        copy.target()
                .copy(
                        page.chunks(),
                        copy.step(failed -> {
                            log.setAside(copy.follower(), failed);
                            copy.advance(size, next);
                        }));
        copy.reached(next);
    }
}
