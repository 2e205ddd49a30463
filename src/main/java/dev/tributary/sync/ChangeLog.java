package dev.tributary.sync;

import dev.tributary.failure.ServiceException;
import dev.tributary.sql.SqlFailures;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.ChangeRows.Change;
import dev.tributary.sync.ChangeRows.State;
import dev.tributary.sync.Cursor.Snapshot;
import dev.tributary.sync.Cursor.Window;
import dev.tributary.vector.ChangePosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The log of changes of collections. Safe for use by many threads and instances.
 *
 * <p>A collection has any number of followers, each with a cursor of its own. A follower is told of
 * every insert, update and delete of a chunk that is committed after {@link #begin}, whoever writes
 * it and however long its transaction takes, plain SQL included (but not {@code TRUNCATE}). It is
 * told of each change at least once. A follower that reads a chunk after it was last told of it
 * sees the state of the last commit, whatever the order of commits.
 *
 * <p>A follower that falls too far behind is marked as broken, see {@link SyncProperties}: the
 * changes that it missed are deleted, and {@link #next} and {@link #acknowledge} fail. It must
 * {@link #end} and {@link #begin} again, and copy the collection anew.
 */
@Component
public class ChangeLog {
    /** A little longer than {@code deadlock_timeout}, after which VACUUM gives way to others. */
    private static final Duration LOCK_WAIT = Duration.ofMillis(1_200);

    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int ATTEMPTS_MAX = 300;

    private final Transactions transactions;
    private final ChangeRows changes;
    private final TrimRows trims;

    ChangeLog(Transactions transactions, ChangeRows changes, TrimRows trims) {
        this.transactions = transactions;
        this.changes = changes;
        this.trims = trims;
    }

    /**
     * Begins to follow a collection. The follower is not told of changes committed earlier: copy
     * the collection after this call. A repeat does nothing and keeps the cursor.
     *
     * <p>The first follower of a collection adds a trigger, which waits for writers, index builds
     * and VACUUM. Each attempt holds up other writers for 1.2 seconds at most; there are up to 300
     * attempts.
     *
     * @param check is called before each attempt, and ends the wait by throwing
     * @throws ServiceException {@code MISSING} if there is no such collection; {@code CONFLICT} if
     *     the follower is broken; {@code UNAVAILABLE} if the lock was not free in half an hour
     */
    public void begin(Follower follower, Runnable check) throws InterruptedException {
        patiently(
                check,
                () ->
                        transactions.write(
                                "start of following a collection",
                                _ -> {
                                    changes.follow(follower, LOCK_WAIT);
                                    require(follower, changes.find(follower).orElse(null));
                                    return true;
                                }));
    }

    /**
     * Stops following a collection, with as many attempts as {@link #begin}. A repeat does nothing.
     * The end of the last follower also removes the trigger and the log of the collection.
     *
     * @param check is called before each attempt, and ends the wait by throwing
     * @throws ServiceException {@code UNAVAILABLE} if the lock was not free in half an hour
     */
    public void end(Follower follower, Runnable check) throws InterruptedException {
        patiently(check, () -> end(follower));
    }

    /**
     * Stops following a collection, in one attempt.
     *
     * @throws ServiceException {@code UNAVAILABLE} if the lock was not free in 1.2 seconds; the
     *     follower then still exists
     */
    public void end(Follower follower) {
        transactions.write(
                "end of following a collection",
                _ -> {
                    changes.unfollow(follower, LOCK_WAIT);
                    return true;
                });
        boolean hasMore = true;
        while (hasMore) {
            hasMore =
                    transactions.write(
                            "deletion of changes",
                            _ -> trims.deleteUnfollowed(follower.collection()));
        }
    }

    private static void patiently(Runnable check, Runnable step) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            check.run();
            try {
                step.run();
                return;
            } catch (ServiceException e) {
                if (!SqlFailures.isRepeatable(e) || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    /**
     * Reads the next changes. Does not move the cursor: a batch that was not {@linkplain
     * #acknowledge acknowledged} is read again. Joins the transaction that is running in this
     * thread.
     *
     * @param limit most changes to read, 1 or more
     * @return a batch that is empty and last if the follower has been told of everything committed
     * @throws ServiceException {@code MISSING} if there is no such follower, for example because
     *     its collection was deleted; {@code CONFLICT} with the code {@code follower_broken};
     *     {@code UNAVAILABLE}
     */
    public ChangeBatch next(Follower follower, int limit) {
        return transactions.read(
                "read of changes",
                _ -> {
                    State state = require(follower, changes.find(follower).orElse(null));
                    return batch(follower, state, limit);
                });
    }

    /** The rest of the current window, then the start of a new one up to now. */
    private ChangeBatch batch(Follower follower, State state, int limit) {
        Snapshot seen = state.cursor().seen();
        Window kept = state.cursor().window();
        List<Change> some = new ArrayList<>();
        Cursor after = null;
        if (kept != null) {
            some.addAll(
                    changes.between(follower.collection(), seen, kept.upto(), kept.told(), limit));
            after = after(seen, kept.upto(), some, limit);
            seen = kept.upto();
        }
        if (after == null || after.window() == null) {
            // The new window is not stored: a repeated read opens one up to a later moment.
            List<Change> more =
                    changes.between(
                            follower.collection(), seen, state.now(), null, limit - some.size());
            after = after(seen, state.now(), more, limit - some.size());
            some.addAll(more);
        }
        return new ChangeBatch(follower, state.version(), after, some);
    }

    /** Where the cursor is after some changes of a window, at most {@code limit}, were told. */
    private static Cursor after(Snapshot seen, Snapshot upto, List<Change> some, int limit) {
        return some.size() < limit
                ? new Cursor(upto, null)
                : new Cursor(seen, new Window(upto, some.getLast().position()));
    }

    /**
     * Moves the cursor past a batch. Joins the transaction that is running in this thread: a
     * follower that writes to the same database calls this in the transaction of its writes, so
     * that both happen or neither. Any other follower calls it once its writes are acknowledged.
     *
     * @throws ServiceException {@code CONFLICT} if the cursor was moved since the batch was read,
     *     or if the follower is broken; the transaction must not be committed then; {@code MISSING}
     *     as {@link #next}; {@code UNAVAILABLE}, {@code OUTCOME_UNKNOWN}
     */
    public void acknowledge(ChangeBatch batch) {
        acknowledge(batch, Map.of());
    }

    /**
     * Does the same, and sets aside the changes that could not be applied: they stay {@link
     * #pending} until a later change of the same chunk is applied. {@link #repeat} logs one.
     *
     * @param failed why each could not be applied, by chunk of the batch
     */
    public void acknowledge(ChangeBatch batch, Map<UUID, String> failed) {
        Follower follower = batch.follower();
        transactions.write(
                "move of a follower's cursor",
                _ -> {
                    if (!changes.move(batch)) {
                        require(follower, changes.find(follower).orElse(null));
                        throw ServiceException.conflict(
                                "follower_moved",
                                follower + " was moved by another worker since it was read");
                    }
                    Map<UUID, Long> applied = new HashMap<>(batch.numbers());
                    applied.keySet().removeAll(failed.keySet());
                    changes.settle(follower, applied);
                    failed.forEach((chunk, error) ->
                            changes.setAside(
                                    follower,
                                    chunk,
                                    Objects.requireNonNull(batch.numbers().get(chunk)),
                                    error));
                    return true;
                });
    }

    /**
     * Returns the chunks whose last change, of those committed before, a follower has not applied:
     * it was not told of it, or has set it aside.
     *
     * @param limit most changes to read, 1 or more; a chunk may have several
     * @return empty if the follower is broken or is not there
     * @throws ServiceException {@code UNAVAILABLE}
     */
    public Optional<PendingChanges> pending(Follower follower, int limit) {
        return transactions.read("look-up of changes", _ -> changes.pending(follower, limit));
    }

    /**
     * Returns how far a follower has come.
     *
     * @return empty if the follower is broken or is not there
     * @throws ServiceException {@code UNAVAILABLE}
     */
    public Optional<ChangePosition> position(Follower follower) {
        return transactions.read(
                "look-up of a follower",
                _ ->
                        changes.position(follower)
                                .map(text -> new ChangePosition(follower.name(), text)));
    }

    /**
     * Returns how far a follower is behind.
     *
     * @param limit most changes to count
     * @return empty if the follower is broken or is not there
     * @throws ServiceException {@code UNAVAILABLE}
     */
    public Optional<ChangeBacklog> backlog(Follower follower, int limit) {
        return transactions.read("count of changes", _ -> changes.backlog(follower, limit));
    }

    /** Sets aside chunks of a first copy that could not be written. */
    void setAside(Follower follower, Map<UUID, String> failed) {
        if (!failed.isEmpty()) {
            transactions.write(
                    "changes set aside",
                    _ -> {
                        failed.forEach(
                                (chunk, error) -> changes.setAside(follower, chunk, 0, error));
                        return true;
                    });
        }
    }

    /** Returns changes that a follower has set aside, the one tried longest ago first. */
    public List<SetAside> setAside(Follower follower, int limit) {
        return transactions.read(
                "look-up of changes set aside", _ -> changes.setAside(follower, limit));
    }

    /**
     * Logs a change of each of these chunks, so that every follower of the collection brings its
     * copy of them up to date again. For copies that may differ from their source. A chunk that
     * somebody is writing to is left out: that write is logged itself, and of two changes of a
     * chunk, the one that was committed later must have the greater number.
     */
    public void repeat(long collection, Collection<UUID> chunks) {
        if (chunks.isEmpty()) {
            return;
        }
        transactions.write(
                "repeat of changes",
                _ -> {
                    Set<UUID> rest = new HashSet<>(chunks);
                    rest.removeAll(changes.lockQuiet(collection, chunks));
                    changes.repeat(collection, rest);
                    return true;
                });
    }

    /** Returns the followers of these that {@link #next} has something for. */
    public List<Follower> untold(Collection<Follower> followers) {
        return followers.isEmpty()
                ? List.of()
                : transactions.read("look-up of changes", _ -> changes.untold(followers));
    }

    /**
     * Blocks the writers of a followed collection. Waits until no transaction that has written to
     * it is open, then lets none write until the end of the transaction that is running in this
     * thread; there must be one. A batch that is read in that transaction and {@linkplain
     * ChangeBatch#isLast() is last} is the last there is.
     *
     * @param most longest wait for open transactions; other writers wait meanwhile
     * @throws ServiceException {@code UNAVAILABLE} if one is open for longer; {@code MISSING},
     *     {@code CONFLICT} as {@link #next}
     */
    public void pauseWriters(Follower follower, Duration most) {
        transactions.write(
                "pause of writers",
                _ -> {
                    changes.pauseWriters(follower.collection(), most);
                    // Lock the cursor before any chunk: dropping the collection locks in this
                    // order.
                    require(follower, changes.lock(follower).orElse(null));
                    return true;
                });
    }

    private static State require(Follower follower, @Nullable State state) {
        if (state == null) {
            throw ServiceException.missing("follower", follower);
        }
        String reason = state.isOfThisCluster() ? state.broken() : ChangeRows.OTHER_CLUSTER;
        if (reason != null) {
            throw ServiceException.conflict("follower_broken", follower + " is broken: " + reason)
                    .withHint("end it, start it again, and copy the collection again");
        }
        return state;
    }
}
