package dev.tributary.sync;

import dev.tributary.background.BackgroundTask;
import dev.tributary.failure.ServiceException;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.TrimRows.Backlog;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps the log of changes small: deletes changes that every follower was told of, and marks
 * followers that are too far behind as broken. Several instances may run at once.
 */
@Component
class ChangeTrim extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(ChangeTrim.class);
    private static final Duration INTERVAL_AFTER_FAILURE = Duration.ofSeconds(30);

    /** Readers of a collection wait while this waits. */
    private static final Duration LOCK_WAIT = Duration.ofMillis(200);

    /** Most batches per collection in a round, so that a large log does not hold up the others. */
    private static final int BATCHES_MAX = 100;

    private final Transactions transactions;
    private final TrimRows rows;
    private final SyncProperties properties;

    ChangeTrim(Transactions transactions, TrimRows rows, SyncProperties properties) {
        super("change log", INTERVAL_AFTER_FAILURE);
        this.transactions = transactions;
        this.rows = rows;
        this.properties = properties;
    }

    @Override
    protected Duration round() {
        breakFollowers();
        dropTriggers();
        trim();
        return properties.trimInterval();
    }

    private void breakFollowers() {
        transactions
                .write("look-up of followers of another cluster", _ -> rows.breakOthers())
                .forEach(follower ->
                        log.warn("{} is broken: {}", follower, ChangeRows.OTHER_CLUSTER));
        for (Backlog each :
                transactions.read(
                        "count of unread changes", _ -> rows.backlogs(properties.changesMax()))) {
            String reason = reason(each);
            if (reason != null
                    && transactions.write(
                            "break of a follower", _ -> rows.markBroken(each, reason))) {
                log.warn("{} is broken: {}", each.follower(), reason);
            }
        }
    }

    private @Nullable String reason(Backlog backlog) {
        if (backlog.changes() > properties.changesMax()) {
            return "it is more than %,d changes behind".formatted(properties.changesMax());
        }
        Long ageMs = backlog.ageMs();
        if (ageMs != null && ageMs > properties.changeAgeMax().toMillis()) {
            return "it has left changes unread for more than %,d hours"
                    .formatted(properties.changeAgeMax().toHours());
        }
        return null;
    }

    /** Drops unused triggers. One that a long read of its collection blocks stays for now. */
    private void dropTriggers() {
        for (long collection :
                transactions.read("look-up of unfollowed collections", _ -> rows.unfollowed())) {
            try {
                transactions.write(
                        "drop of a trigger",
                        _ -> {
                            rows.release(collection, LOCK_WAIT);
                            return true;
                        });
            } catch (ServiceException e) {
                log.debug("collection {} keeps its trigger: {}", collection, e.getMessage());
            }
        }
    }

    private void trim() {
        Optional<Long> next = after(0);
        while (next.isPresent()) {
            long collection = next.get();
            boolean hasMore = true;
            for (int i = 0; i < BATCHES_MAX && hasMore; i++) {
                hasMore =
                        transactions.write("deletion of changes", _ -> rows.deleteTold(collection));
            }
            next = after(collection);
        }
    }

    private Optional<Long> after(long collection) {
        return transactions.read(
                "look-up of collections with changes", _ -> rows.collectionAfter(collection));
    }
}
