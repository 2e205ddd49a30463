package dev.tributary.collection;

import dev.tributary.failure.ServiceException;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.CollectionStats.IndexState;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.VectorStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Does in the background what takes minutes, one thing at a time in all instances of a database:
 * replaces indexes, builds those of IVFFlat collections once they have rows, and drops what deleted
 * collections left. What is to be done is in the catalogue, so that another instance goes on with
 * it after a crash.
 */
@Component
class IndexBuilds implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(IndexBuilds.class);

    /** Names the lock in the database; any number that nobody else takes. */
    private static final long LOCK = 0x7472_6962_7574_6172L;

    private static final int BATCH_MAX = 100;
    private static final Duration PAUSE_MAX = Duration.ofMinutes(10);
    private static final Duration STOP_MAX = Duration.ofSeconds(10);

    private final Transactions transactions;
    private final CatalogueRows rows;
    private final CatalogueChanges changes;
    private final VectorStore store;
    private final Catalogue catalogue;
    private final CollectionProperties properties;
    private final Semaphore work = new Semaphore(0);
    private final Map<Long, Pause> pauses = new HashMap<>();
    private final Set<Long> ready = new HashSet<>();
    private volatile @Nullable Thread thread;

    /** How long to leave a collection alone whose index could not be built. */
    private record Pause(Duration length, long untilNanos) {
        Pause next() {
            Duration twice = length.multipliedBy(2);
            return of(twice.compareTo(PAUSE_MAX) < 0 ? twice : PAUSE_MAX);
        }

        static Pause of(Duration length) {
            return new Pause(length, System.nanoTime() + length.toNanos());
        }
    }

    IndexBuilds(
            Transactions transactions,
            CatalogueRows rows,
            CatalogueChanges changes,
            VectorStore store,
            Catalogue catalogue,
            CollectionProperties properties) {
        this.transactions = transactions;
        this.rows = rows;
        this.changes = changes;
        this.store = store;
        this.catalogue = catalogue;
        this.properties = properties;
    }

    /** Says that there is something to do now. */
    void wake() {
        work.release();
    }

    @Override
    public void start() {
        Thread next = Thread.ofVirtual().name("index-builds").unstarted(this::run);
        // Known before it runs: it goes on only as long as it is the one.
        thread = next;
        next.start();
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** What is being built goes on in the database, or is begun again at the next start. */
    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join(STOP_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (Thread.currentThread().equals(thread)) {
            Duration wait = properties.indexCheckInterval();
            try {
                wait = round();
            } catch (ServiceException e) {
                log.warn("indexes could not be looked after: {}", e.getMessage());
            } catch (RuntimeException e) {
                log.error("indexes could not be looked after", e);
            }
            try {
                if (work.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    work.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Does what is to be done, unless another instance is at it, and returns when to come back. */
    private Duration round() {
        return transactions.read(
                "look-up of index builds",
                connection -> {
                    if (!lock(connection, "SELECT pg_try_advisory_lock(?)")) {
                        return properties.indexCheckInterval();
                    }
                    try {
                        return roundAlone();
                    } finally {
                        lock(connection, "SELECT pg_advisory_unlock(?)");
                    }
                });
    }

    private static boolean lock(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private Duration roundAlone() {
        for (CollectionRef dropped : rows.dropped(BATCH_MAX)) {
            attempt(dropped, () -> changes.drop(dropped));
        }
        for (CatalogueRow row : rows.withSwappedIndex(properties.cacheTtl(), BATCH_MAX)) {
            attempt(row.collection().ref(), () -> dropOld(row.collection().ref()));
        }
        boolean isSwapped = false;
        for (CatalogueRow row : rows.withIndexTarget(BATCH_MAX)) {
            isSwapped |= attempt(row.collection().ref(), () -> replace(row));
        }
        buildIvfflat();
        boolean isSoon =
                isSwapped && properties.cacheTtl().compareTo(properties.indexCheckInterval()) < 0;
        return isSoon ? properties.cacheTtl() : properties.indexCheckInterval();
    }

    /** One collection that fails holds up no other, and is tried again after longer and longer. */
    private boolean attempt(CollectionRef ref, Runnable task) {
        Pause pause = pauses.get(ref.id());
        if (pause != null && pause.untilNanos() - System.nanoTime() > 0) {
            return false;
        }
        try {
            task.run();
            pauses.remove(ref.id());
            return true;
        } catch (ServiceException e) {
            if (e.kind() != ServiceException.Kind.MISSING) {
                log.warn("collection {}: {}", ref.id(), e.getMessage());
            }
        } catch (RuntimeException e) {
            log.error("collection {}: its index could not be built", ref.id(), e);
        }
        pauses.put(
                ref.id(), pause == null ? Pause.of(properties.indexCheckInterval()) : pause.next());
        return false;
    }

    private void replace(CatalogueRow row) {
        IndexSpec target = row.indexTarget();
        if (target == null) {
            return;
        }
        CollectionRef ref = row.collection().ref();
        store.buildIndex(ref.withIndex(target));
        boolean isSwapped =
                transactions.write("swap of an index", _ -> rows.swapIndex(ref.id(), target));
        if (isSwapped) {
            ready.remove(ref.id());
            catalogue.changed();
        }
    }

    /** Once nobody searches by the old one any more: until then, other instances may. */
    private void dropOld(CollectionRef ref) {
        store.dropOtherIndexes(ref);
        transactions.write(
                "swap of an index",
                _ -> {
                    rows.clearIndexSwapped(ref.id());
                    return true;
                });
    }

    private void buildIvfflat() {
        long after = 0;
        List<CatalogueRow> page;
        do {
            page = rows.withIvfflat(after, BATCH_MAX);
            for (CatalogueRow row : page) {
                CollectionRef ref = row.collection().ref();
                after = ref.id();
                if (!ready.contains(ref.id())) {
                    attempt(ref, () -> buildIvfflat(ref));
                }
            }
        } while (page.size() == BATCH_MAX);
    }

    private void buildIvfflat(CollectionRef ref) {
        if (store.stats(ref).indexState() == IndexState.READY || store.buildIndex(ref)) {
            ready.add(ref.id());
        }
    }
}
