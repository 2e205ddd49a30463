package dev.tributary.indexing;

import dev.tributary.background.BackgroundTask;
import dev.tributary.collection.Catalogue;
import dev.tributary.collection.ChunksWritten;
import dev.tributary.collection.IndexWork;
import dev.tributary.collection.IndexWork.Indexed;
import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexAdvance;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexUpkeep;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Brings rows into the indexes of collections soon after they were written. It covers collections
 * that this instance writes to and, at intervals, all others, in case another instance stopped too
 * early. Safe for use by many threads.
 */
@Component
public class Indexing extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(Indexing.class);

    /** Lets rows that are written together be indexed together. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(30);

    /** Steps on one collection before others get their turn. */
    private static final int STEPS_MAX = 20;

    private static final Duration POLL = Duration.ofMillis(100);

    private final Catalogue catalogue;
    private final IndexWork work;
    private final IndexUpkeep upkeep;
    private final IndexingProperties properties;
    private final Semaphore slots;

    /** When to check each collection, in nanoseconds of {@link System#nanoTime()}. */
    private final Map<Long, Long> due = new ConcurrentHashMap<>();

    private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
    private long sweptAt = System.nanoTime() - Duration.ofDays(1).toNanos();

    Indexing(
            Catalogue catalogue,
            IndexWork work,
            IndexUpkeep upkeep,
            IndexingProperties properties) {
        super("indexing", properties.checkInterval());
        this.catalogue = catalogue;
        this.work = work;
        this.upkeep = upkeep;
        this.properties = properties;
        slots = new Semaphore(properties.workers());
    }

    @EventListener
    void written(ChunksWritten event) {
        written(event.collection());
    }

    /** Tells that rows of a collection were written. */
    public void written(CollectionRef collection) {
        if (due.putIfAbsent(collection.id(), System.nanoTime() + PAUSE.toNanos()) == null) {
            wake();
        }
    }

    /**
     * Waits until every row written to the collection that a name leads to is in its index; see
     * {@link #await(CollectionRef, Duration)}.
     *
     * @throws ServiceException as {@link Catalogue#resolve} and {@link #await(CollectionRef,
     *     Duration)}
     */
    public boolean await(Caller caller, String name, Duration most) {
        return await(catalogue.resolve(caller, name).ref(), most);
    }

    /**
     * Waits until every row of a collection that was written before this call is in its index.
     *
     * @param most how long to wait
     * @return whether every row is
     * @throws ServiceException {@code UNAVAILABLE} if the calling thread is interrupted; what the
     *     store throws
     */
    public boolean await(CollectionRef collection, Duration most) {
        long end = System.nanoTime() + most.toNanos();
        long mark = upkeep.writeMark(collection);
        written(collection);
        while (!upkeep.isIndexed(asItIs(collection), mark)) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ServiceException.unavailable(
                        "interrupted", "interrupted while waiting for an index", e);
            }
        }
        return true;
    }

    /** A build in progress goes on in the database, or is restarted at the next start. */
    @Override
    public void stop() {
        super.stop();
        workers.forEach(Thread::interrupt);
    }

    @Override
    protected Duration round() {
        long now = System.nanoTime();
        if (now - sweptAt >= properties.checkInterval().toNanos()) {
            sweep(now);
            sweptAt = now;
        }
        long wait = properties.checkInterval().toNanos();
        for (Map.Entry<Long, Long> entry : List.copyOf(due.entrySet())) {
            long left = entry.getValue() - now;
            if (left > 0) {
                wait = Math.min(wait, left);
            } else if (slots.tryAcquire()) {
                due.remove(entry.getKey());
                begin(entry.getKey());
            }
        }
        return Duration.ofNanos(wait);
    }

    private void sweep(long now) {
        work.forEach(collection -> {
            if (collection.index().type() != IndexSpec.Type.NONE) {
                due.putIfAbsent(collection.id(), now);
            }
        });
    }

    private void begin(long id) {
        Thread worker = Thread.ofVirtual().name("indexing-" + id).unstarted(() -> run(id));
        workers.add(worker);
        worker.start();
    }

    private void run(long id) {
        try {
            IndexAdvance advance = IndexAdvance.MORE;
            for (int i = 0; i < STEPS_MAX && advance == IndexAdvance.MORE && isRunning(); i++) {
                advance = advance(id);
            }
            if (advance == IndexAdvance.MORE) {
                due.putIfAbsent(id, System.nanoTime());
            }
            if (advance == IndexAdvance.LATER) {
                due.putIfAbsent(id, System.nanoTime() + PAUSE.toNanos());
            }
        } catch (RuntimeException e) {
            if (isRunning() && isThere(id)) {
                log.warn("collection {}: its index is not up to date: {}", id, e.getMessage());
                due.put(id, System.nanoTime() + PAUSE_AFTER_FAILURE.toNanos());
            }
        } finally {
            workers.remove(Thread.currentThread());
            slots.release();
            wake();
        }
    }

    /**
     * Skips an index that is being replaced: it is not worth the work, and would block the new one.
     */
    private IndexAdvance advance(long id) {
        return work.find(id)
                .map(indexed ->
                        indexed.target() == null
                                ? upkeep.advanceIndex(indexed.collection())
                                : IndexAdvance.LATER)
                .orElse(IndexAdvance.DONE);
    }

    /** The collection with its current index. */
    private CollectionRef asItIs(CollectionRef collection) {
        return work.find(collection.id()).map(Indexed::collection).orElse(collection);
    }

    /** False if the collection was deleted meanwhile, which interrupts the work on its index. */
    private boolean isThere(long id) {
        try {
            return work.find(id).isPresent();
        } catch (ServiceException _) {
            return true;
        }
    }
}
