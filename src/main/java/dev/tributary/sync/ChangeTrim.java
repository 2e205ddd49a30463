package dev.tributary.sync;

import dev.tributary.background.BackgroundTask;
import dev.tributary.failure.ServiceException;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.TrimRows.Backlog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps the log of changes small: deletes changes that every follower was told of, a while after
 * that, and marks followers that are too far behind as broken. Several instances may run at once.
 */
@Component
class ChangeTrim extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(ChangeTrim.class);
    private static final Duration INTERVAL_AFTER_FAILURE = Duration.ofSeconds(30);

    /** Readers of a collection wait while this waits. */
    private static final Duration LOCK_WAIT = Duration.ofMillis(200);

    /** Most batches per collection in a round, so that a large log does not hold up the others. */
    private static final int BATCHES_MAX = 100;

    /** About as many readings of the followers are remembered. */
    private static final int SEEN_MAX = 4;

    private final Deque<Seen> seen = new ArrayDeque<>();
    private Map<Follower, String> seenBefore = Map.of();
    private final Transactions transactions;
    private final TrimRows rows;
    private final SyncProperties properties;

    /** Up to which snapshots the followers had been told of changes, at one moment. */
    private record Seen(long nanos, Map<Follower, String> followers) {}

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
        Map<Follower, String> now = transactions.read("look-up of followers", _ -> rows.seen());
        remember(now);
        Optional<Long> next = after(0);
        while (next.isPresent()) {
            long collection = next.get();
            trim(
                    collection,
                    now.keySet().stream().filter(it -> it.collection() == collection).toList());
            next = after(collection);
        }
    }

    /** Notes where the followers are, and finds where they were as long ago as changes are kept. */
    private void remember(Map<Follower, String> now) {
        long nanos = System.nanoTime();
        long kept = properties.toldKept().toNanos();
        if (seen.isEmpty() || nanos - seen.getLast().nanos() >= kept / SEEN_MAX) {
            seen.addLast(new Seen(nanos, now));
        }
        while (!seen.isEmpty() && nanos - seen.getFirst().nanos() >= kept) {
            seenBefore = seen.removeFirst().followers();
        }
    }

    private void trim(long collection, List<Follower> followers) {
        List<String> before =
                followers.stream().map(seenBefore::get).filter(Objects::nonNull).toList();
        boolean hasMore = before.size() == followers.size();
        for (int i = 0; i < BATCHES_MAX && hasMore; i++) {
            hasMore =
                    transactions.write(
                            "deletion of changes",
                            _ ->
                                    before.isEmpty()
                                            ? rows.deleteUnfollowed(collection)
                                            : rows.deleteTold(collection, before));
        }
    }

    private Optional<Long> after(long collection) {
        return transactions.read(
                "look-up of collections with changes", _ -> rows.collectionAfter(collection));
    }
}
