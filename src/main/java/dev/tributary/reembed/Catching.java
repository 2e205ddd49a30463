package dev.tributary.reembed;

import dev.tributary.collection.Indexing;
import dev.tributary.reembed.ChangeRows.Change;
import dev.tributary.reembed.Transfer.Batch;
import dev.tributary.sql.SqlFailures;
import dev.tributary.sql.Transactions;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Writes batches into the new collection, and catches up with the changes of the old one. Safe for
 * use by many threads.
 *
 * <p>Changes are read first, then what they are about, and at last just these changes are deleted,
 * in the transaction that writes: a later change of the same chunk has a row of its own, and is
 * caught up with in its turn. Each of these transactions is fenced by the lease of the job.
 */
@Component
class Catching {
    /** How long writers of the new collection may wait for a batch of late changes. */
    private static final Duration PAUSE_MAX = Duration.ofMillis(500);

    private final Transactions transactions;
    private final ChangeRows changes;
    private final Indexing indexing;
    private final ReembedProperties properties;

    Catching(
            Transactions transactions,
            ChangeRows changes,
            Indexing indexing,
            ReembedProperties properties) {
        this.transactions = transactions;
        this.changes = changes;
        this.indexing = indexing;
        this.properties = properties;
    }

    /**
     * Catches up with some changes, before the switch.
     *
     * @return whether there were as many as go together, so that there may be more; it is never
     *     said that there are none, as others may write all the time
     */
    boolean catchUp(Passage passage) {
        return catchUp(passage, _ -> Set.of()) == properties.batch();
    }

    /**
     * Catches up with some changes, after the switch: what was written to the new collection later
     * than to the old one stays.
     *
     * @return whether there were any
     */
    boolean catchUpLate(Passage passage) {
        return catchUp(passage, late -> overwritten(passage, late)) > 0;
    }

    /** Which of the chunks that were changed are to be left as they are; in the transaction. */
    @FunctionalInterface
    private interface Exceptions {
        Set<UUID> among(List<Change> changed);
    }

    private Set<UUID> overwritten(Passage passage, List<Change> late) {
        long target = passage.target().ref().id();
        changes.pauseWriters(target, PAUSE_MAX);
        Map<UUID, OffsetDateTime> last = new HashMap<>();
        late.forEach(change ->
                last.merge(
                        change.chunk(),
                        change.writtenAt(),
                        (one, other) -> one.isAfter(other) ? one : other));
        Map<UUID, OffsetDateTime> there = changes.lastWrites(target, last.keySet());
        Set<UUID> overwritten = new HashSet<>();
        there.forEach((chunk, writtenAt) -> {
            if (writtenAt.isAfter(last.get(chunk))) {
                overwritten.add(chunk);
            }
        });
        return overwritten;
    }

    private int catchUp(Passage passage, Exceptions exceptions) {
        long source = passage.source().ref().id();
        List<Change> some =
                transactions.read("list of changes", _ -> changes.some(source, properties.batch()));
        if (some.isEmpty()) {
            return 0;
        }
        Batch batch = passage.transfer().embedByIds(ids(some));
        put(
                passage,
                batch,
                () -> exceptions.among(some),
                () -> {
                    changes.delete(source, some);
                    passage.stay();
                });
        return some.size();
    }

    static List<UUID> ids(List<Change> some) {
        return some.stream().map(Change::chunk).distinct().toList();
    }

    /**
     * Writes a batch, and what follows from it, in one transaction. Where PostgreSQL refuses it
     * because of a chunk, writes each by itself, and counts those as failed.
     *
     * @param exceptions ids that are not to be written
     * @param last what is done at the end of the transaction
     */
    void put(Passage passage, Batch batch, Supplier<Set<UUID>> exceptions, Runnable last) {
        try {
            write(passage, batch, exceptions, last);
        } catch (RuntimeException e) {
            if (!isRefused(e)) {
                throw e;
            }
            write(passage, accepted(passage, batch, exceptions), exceptions, last);
        }
        indexing.written(passage.target().ref());
    }

    private void write(
            Passage passage, Batch batch, Supplier<Set<UUID>> exceptions, Runnable last) {
        transactions.write(
                "re-embedding of chunks",
                _ -> {
                    Batch wanted = batch.without(exceptions.get());
                    changes.writeUnnoticed();
                    passage.transfer()
                            .write(wanted)
                            .forEach((id, why) -> passage.run().itemFailed(id.toString(), why));
                    last.run();
                    return true;
                });
    }

    /** The batch with those chunks failed that PostgreSQL does not take. */
    private Batch accepted(Passage passage, Batch batch, Supplier<Set<UUID>> exceptions) {
        Batch accepted = batch;
        for (Batch part : batch.parts()) {
            try {
                transactions.write(
                        "re-embedding of a chunk",
                        _ -> {
                            Batch wanted = part.without(exceptions.get());
                            changes.writeUnnoticed();
                            passage.transfer().write(wanted);
                            passage.stay();
                            return true;
                        });
            } catch (RuntimeException e) {
                if (!isRefused(e)) {
                    throw e;
                }
                accepted = accepted.withFailed(part);
            }
        }
        return accepted;
    }

    /** PostgreSQL takes the data for the trouble, or took it so before: the transaction is over. */
    private static boolean isRefused(RuntimeException e) {
        String state = SqlFailures.sqlState(e);
        return state != null
                && (Set.of("22", "23", "54").contains(state.substring(0, 2))
                        || state.equals("25P02"));
    }
}
