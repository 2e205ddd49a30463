package dev.tributary.follow;

import dev.tributary.background.BackgroundTask;
import dev.tributary.collection.Collection;
import dev.tributary.collection.Replacements;
import dev.tributary.failure.ServiceException;
import dev.tributary.follow.FollowMetrics.Backlog;
import dev.tributary.follow.GenerationRow.State;
import dev.tributary.job.Jobs;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.ChangeLog;
import dev.tributary.vector.DerivedStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Drops generations that nothing needs any more, asks for the comparisons that are due, and
 * measures how far copies are behind. Several instances may run at once.
 */
@Component
class GenerationSweep extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(GenerationSweep.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration INTERVAL_AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration MEASURED_EVERY = Duration.ofSeconds(15);
    private static final int BATCH_MAX = 100;

    private final Rows rows;
    private final DerivedStores stores;
    private final Replacements replacements;
    private final Jobs jobs;
    private final ChangeLog changes;
    private final FollowMetrics metrics;
    private final FollowProperties properties;
    private long measuredNanos = System.nanoTime() - MEASURED_EVERY.toNanos();

    /** What is stored about derived stores. */
    @Component
    record Rows(StoreRows stores, GenerationRows generations, Transactions transactions) {}

    GenerationSweep(
            Rows rows,
            DerivedStores stores,
            Replacements replacements,
            Jobs jobs,
            ChangeLog changes,
            FollowMetrics metrics,
            FollowProperties properties) {
        super("copies in derived stores", INTERVAL_AFTER_FAILURE);
        this.rows = rows;
        this.stores = stores;
        this.replacements = replacements;
        this.jobs = jobs;
        this.changes = changes;
        this.metrics = metrics;
        this.properties = properties;
    }

    @Override
    protected Duration round() {
        retire();
        letGo();
        rows.transactions()
                .read("list of copies to drop", _ -> rows.generations().toDrop(BATCH_MAX))
                .forEach(this::drop);
        verify();
        measure();
        return INTERVAL;
    }

    /** A broken copy no longer needs the log. */
    private void letGo() {
        for (GenerationRow row :
                rows.transactions()
                        .read("list of copies", _ -> rows.generations().broken(BATCH_MAX))) {
            end(row);
        }
    }

    private void end(GenerationRow row) {
        try {
            changes.end(row.follower());
        } catch (ServiceException e) {
            log.debug("{} is not ended yet: {}", row.follower(), e.getMessage());
        }
    }

    private void retire() {
        rows.transactions()
                .write(
                        "copies of deleted collections",
                        _ -> {
                            rows.stores().deleteOrphans();
                            return rows.generations().retireOrphans();
                        });
        for (GenerationRow row :
                rows.transactions()
                        .read(
                                "list of copies being filled",
                                _ -> rows.generations().filling(BATCH_MAX))) {
            if (isOver(row)) {
                rows.transactions()
                        .write(
                                "end of a copy",
                                _ -> {
                                    rows.generations().retireFilling(row.key());
                                    return true;
                                });
            }
        }
    }

    /** Whether the job that fills it is over; a job that was deleted counts too. */
    private boolean isOver(GenerationRow row) {
        String namespace =
                rows.transactions()
                        .read(
                                "look-up of a store",
                                _ -> rows.stores().find(row.collection(), row.store()))
                        .map(StoreRow::namespace)
                        .orElse(Caller.NAMESPACE_DEFAULT);
        return jobs.find(Caller.unrestricted(namespace), row.job())
                .map(job -> job.status().isFinished())
                .orElse(true);
    }

    /** One that cannot be dropped now, because its store is away, does not stop the others. */
    private void drop(GenerationRow row) {
        try {
            changes.end(row.follower());
            if (!stores.has(row.store())) {
                return;
            }
            DerivedStore store = stores.require(row.store());
            store.drop(row.collection(), row.number());
            rows.transactions()
                    .write(
                            "end of a copy",
                            _ -> {
                                rows.generations().delete(row.key());
                                return true;
                            });
        } catch (ServiceException e) {
            log.debug("{} is not dropped yet: {}", row.follower(), e.getMessage());
        }
    }

    private void verify() {
        Duration interval = properties.verifyInterval();
        if (interval.isZero() || stores.names().isEmpty()) {
            return;
        }
        for (StoreRow due :
                rows.transactions()
                        .write(
                                "comparisons that are due",
                                _ -> rows.stores().takeToVerify(interval))) {
            replacements.find(due.collection()).ifPresent(collection -> verify(due, collection));
        }
    }

    private void verify(StoreRow due, Collection collection) {
        boolean isInStep =
                rows
                        .transactions()
                        .read(
                                "look-up of a copy",
                                _ -> rows.generations().live(due.collection(), due.store()))
                        .stream()
                        .anyMatch(row -> row.isUsed() && row.state() == State.FOLLOWING);
        if (isInStep && stores.has(due.store())) {
            jobs.submit(
                    VerifyWork.request(
                            Caller.unrestricted(due.namespace()),
                            collection.ref().id(),
                            collection.name(),
                            new VerifyWork.Plan(due.store(), false)));
        }
    }

    private void measure() {
        long now = System.nanoTime();
        if (stores.names().isEmpty() || now - measuredNanos < MEASURED_EVERY.toNanos()) {
            return;
        }
        measuredNanos = now;
        Map<String, Backlog> backlogs = new HashMap<>();
        for (GenerationRow row :
                rows.transactions().read("list of copies", _ -> rows.generations().followed())) {
            backlogs.merge(row.store(), backlog(row), Backlog::plus);
        }
        metrics.backlogs(backlogs);
    }

    private Backlog backlog(GenerationRow row) {
        if (row.state() == State.BROKEN) {
            return new Backlog(0, 0, 0, 1);
        }
        return changes.backlog(row.follower(), Follows.COUNTED_MAX)
                .map(behind ->
                        new Backlog(behind.changes(), behind.oldestSeconds(), behind.setAside(), 0))
                .orElse(Backlog.NONE);
    }
}
