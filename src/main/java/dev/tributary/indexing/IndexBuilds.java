package dev.tributary.indexing;

import dev.tributary.background.BackgroundTask;
import dev.tributary.collection.IndexRequested;
import dev.tributary.collection.IndexWork;
import dev.tributary.collection.IndexWork.Indexed;
import dev.tributary.failure.ServiceException;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexUpkeep;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Does background work that takes minutes, one task at a time over all instances of a database:
 * replaces indexes, and drops the rows of deleted collections. Pending work is in the catalogue, so
 * that another instance can continue it after a crash.
 */
@Component
class IndexBuilds extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(IndexBuilds.class);

    /** The key of the lock in the database: any number that nothing else uses. */
    private static final long LOCK = 0x7472_6962_7574_6172L;

    private static final Duration PAUSE_MAX = Duration.ofMinutes(10);

    private final Transactions transactions;
    private final IndexWork work;
    private final IndexUpkeep upkeep;
    private final IndexingProperties properties;
    private final Map<Long, Pause> pauses = new HashMap<>();

    /** How long to skip a collection whose index could not be built. */
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
            IndexWork work,
            IndexUpkeep upkeep,
            IndexingProperties properties) {
        super("index builds", properties.checkInterval());
        this.transactions = transactions;
        this.work = work;
        this.upkeep = upkeep;
        this.properties = properties;
    }

    /**
     * Does the pending work unless another instance is doing it, and returns when to check again.
     */
    @Override
    protected Duration round() {
        return transactions.read(
                "look-up of index builds",
                connection -> {
                    if (!lock(connection, "SELECT pg_try_advisory_lock(?)")) {
                        return properties.checkInterval();
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

    /** Starts now rather than at the next check. */
    @EventListener
    void requested(IndexRequested request) {
        wake();
    }

    private Duration roundAlone() {
        for (CollectionRef dropped : work.toDrop()) {
            attempt(dropped, () -> work.drop(dropped));
        }
        for (CollectionRef swapped : work.toDropOld()) {
            attempt(swapped, () -> dropOld(swapped));
        }
        boolean isSwapped = false;
        for (Indexed indexed : work.toReplace()) {
            isSwapped |= attempt(indexed.collection(), () -> replace(indexed));
        }
        Duration lifetime = work.oldIndexLifetime();
        boolean isSoon = isSwapped && lifetime.compareTo(properties.checkInterval()) < 0;
        return isSoon ? lifetime : properties.checkInterval();
    }

    /** A collection that fails does not hold up others, and is retried after ever longer pauses. */
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
            if ("index_busy".equals(e.code())) {
                // Another caller is working on the index, which will not take long.
                return false;
            }
            if (e.kind() != ServiceException.Kind.MISSING) {
                log.warn("collection {}: {}", ref.id(), e.getMessage());
            }
        } catch (RuntimeException e) {
            log.error("collection {}: its index could not be built", ref.id(), e);
        }
        pauses.put(ref.id(), pause == null ? Pause.of(properties.checkInterval()) : pause.next());
        return false;
    }

    private void replace(Indexed indexed) {
        IndexSpec target = indexed.target();
        if (target == null) {
            return;
        }
        upkeep.buildIndex(indexed.collection().withIndex(target));
        work.replaced(indexed.collection(), target);
    }

    /** Drops the old index once nobody uses it any more; until then, other instances may. */
    private void dropOld(CollectionRef collection) {
        upkeep.dropOtherIndexes(collection);
        work.droppedOld(collection);
    }
}
