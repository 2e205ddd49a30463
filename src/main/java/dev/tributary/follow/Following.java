package dev.tributary.follow;

import dev.tributary.background.BackgroundTask;
import dev.tributary.failure.ServiceException;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.ChangeBatch;
import dev.tributary.sync.ChangeLog;
import dev.tributary.sync.Follower;
import dev.tributary.sync.SetAside;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps generations in step with their collections: applies changes in sequence, a batch at a time,
 * and acknowledges each batch once the store has. Writers never wait for it.
 *
 * <p>While a store is unavailable, changes wait in the log, however long; if there are too many,
 * the generation is let go and must be rebuilt. A change that the store refuses is set aside and
 * tried again, and those behind it go on.
 */
@Component
class Following extends BackgroundTask {
    private static final Logger log = LoggerFactory.getLogger(Following.class);
    private static final Duration INTERVAL_AFTER_FAILURE = Duration.ofSeconds(1);

    /** Batches in one turn, after which others get theirs. */
    private static final int BATCHES_MAX = 100;

    /** Turns at the same time, so that requests find connections to the database. */
    private static final int TURNS_MAX = 4;

    private final Semaphore turns = new Semaphore(TURNS_MAX);

    private final HeldGenerations held;
    private final ChangeLog changes;
    private final GenerationRows rows;
    private final Transactions transactions;
    private final FollowMetrics metrics;
    private final FollowProperties properties;

    Following(
            HeldGenerations held,
            ChangeLog changes,
            GenerationRows rows,
            Transactions transactions,
            FollowMetrics metrics,
            FollowProperties properties) {
        super("derived stores", INTERVAL_AFTER_FAILURE);
        this.held = held;
        this.changes = changes;
        this.rows = rows;
        this.transactions = transactions;
        this.metrics = metrics;
        this.properties = properties;
    }

    @Override
    public void stop() {
        if (isRunning()) {
            super.stop();
            try {
                held.releaseAll();
            } catch (ServiceException e) {
                log.debug("leases of copies run out by themselves: {}", e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    protected Duration round() {
        Map<Follower, Held> idle =
                held.renew().stream()
                        .filter(each -> !each.isBusy())
                        .collect(
                                Collectors.toMap(
                                        each -> each.key().follower(), Function.identity()));
        List<Held> due =
                idle.values().stream()
                        .filter(each -> each.isRetryDue(properties.retryInterval()))
                        .toList();
        due.forEach(each -> start(each, true));
        idle.values().removeAll(due);
        changes.untold(idle.keySet()).forEach(follower -> start(idle.get(follower), false));
        return properties.pollInterval();
    }

    private void start(@Nullable Held one, boolean isRetry) {
        if (one != null && turns.tryAcquire()) {
            if (!one.begin()) {
                turns.release();
                return;
            }
            Thread.ofVirtual()
                    .name("follow-" + one.key())
                    .start(() -> {
                        try {
                            turn(one, isRetry);
                        } finally {
                            one.finish();
                            turns.release();
                            wake();
                        }
                    });
        }
    }

    private void turn(Held one, boolean isRetry) {
        try {
            if (isRetry) {
                retry(one);
            }
            apply(one);
            if (one.succeeded()) {
                note(one, null);
                log.info("{}: in step again", one.key().follower());
            }
        } catch (ServiceException e) {
            failed(one, e);
        } catch (RuntimeException e) {
            log.error("{} failed", one.key().follower(), e);
            one.failed(INTERVAL_AFTER_FAILURE, properties.retryInterval());
        }
    }

    private void apply(Held one) {
        for (int i = 0; i < BATCHES_MAX && one.isSafe(); i++) {
            ChangeBatch batch = changes.next(one.key().follower(), properties.batch());
            if (batch.isEmpty() && batch.isLast()) {
                return;
            }
            applyOne(one, batch);
            if (batch.isLast()) {
                return;
            }
        }
    }

    private void applyOne(Held one, ChangeBatch batch) {
        try {
            Map<UUID, String> refused = one.mirror().update(batch.numbers());
            changes.acknowledge(batch, refused);
            metrics.applied(one.key().store(), batch.numbers().size() - refused.size());
            metrics.failed(one.key().store(), refused.size());
        } catch (RuntimeException e) {
            if (one.isLost() || isMoved(e)) {
                LateWrites.repeat(changes, one.key().collection(), batch.chunks(), e);
            }
            throw e;
        }
    }

    private static boolean isMoved(RuntimeException e) {
        return e instanceof ServiceException failure && failure.code().equals("follower_moved");
    }

    /** A change that was set aside comes again, as if the chunk had been written once more. */
    private void retry(Held one) {
        List<SetAside> aside = changes.setAside(one.key().follower(), properties.batch());
        changes.repeat(one.key().collection(), aside.stream().map(SetAside::chunk).toList());
    }

    private void failed(Held one, ServiceException e) {
        Follower follower = one.key().follower();
        switch (e.kind()) {
            case MISSING, CONFLICT -> {
                if (isMoved(e)) {
                    log.info("{} is kept in step by another instance", follower);
                } else {
                    letGo(one, e);
                }
                held.remove(one);
            }
            default -> {
                if (one.failed(INTERVAL_AFTER_FAILURE, properties.retryInterval())) {
                    log.warn("{}: {}; retrying", follower, e.getMessage());
                }
                note(one, e.getMessage());
            }
        }
    }

    /** The generation has missed changes, or is gone. */
    private void letGo(Held one, ServiceException e) {
        log.warn("{} is let go: {}", one.key().follower(), e.getMessage());
        String why = e.getMessage() == null ? e.code() : e.getMessage();
        transactions.write(
                "end of following",
                _ -> {
                    rows.broken(one.key(), why);
                    return true;
                });
    }

    private void note(Held one, @Nullable String trouble) {
        try {
            transactions.write(
                    "note about a copy",
                    _ -> {
                        rows.trouble(one.key(), trouble);
                        return true;
                    });
        } catch (ServiceException e) {
            log.debug("no note about {}: {}", one.key(), e.getMessage());
        }
    }
}
