package dev.tributary.reembed;

import dev.tributary.indexing.Indexing;
import dev.tributary.reembed.ChangeRows.Change;
import dev.tributary.reembed.Transfer.Batch;
import dev.tributary.reembed.Transfer.Embedder;
import dev.tributary.sql.SqlFailures;
import dev.tributary.sql.Transactions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
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
     * Catches up with some changes.
     *
     * @return whether there were as many as go together, so that there may be more; it is never
     *     said that there are none, as others may write all the time
     */
    boolean catchUp(Passage passage) {
        long source = passage.source().ref().id();
        List<Change> some =
                transactions.read("list of changes", _ -> changes.some(source, properties.batch()));
        if (some.isEmpty()) {
            return false;
        }
        Batch batch = passage.transfer().embedByIds(ids(some));
        put(
                passage,
                batch,
                () -> {
                    changes.delete(source, some);
                    passage.stay();
                });
        return some.size() == properties.batch();
    }

    /**
     * Catches up with changes in the transaction that is running, until there are none.
     *
     * @param embedder once it has nothing more, that is the end
     * @param end when no further batch is begun, in nanoseconds of {@link System#nanoTime()}
     * @return whether there are none left
     */
    boolean catchUpInside(Passage passage, Embedder embedder, long end) {
        long source = passage.source().ref().id();
        List<Change> some = changes.some(source, properties.batch());
        while (!some.isEmpty()) {
            Optional<Batch> batch =
                    System.nanoTime() - end > 0
                            ? Optional.empty()
                            : passage.transfer().embedByIds(ids(some), embedder);
            if (batch.isEmpty()) {
                return false;
            }
            note(passage, passage.transfer().write(batch.get()));
            changes.delete(source, some);
            some = changes.some(source, properties.batch());
        }
        return true;
    }

    private static List<UUID> ids(List<Change> some) {
        return some.stream().map(Change::chunk).distinct().toList();
    }

    /**
     * Writes a batch, and what follows from it, in one transaction. Where PostgreSQL refuses it
     * because of a chunk, writes each by itself, and counts those as failed.
     *
     * @param last what is done at the end of the transaction
     */
    void put(Passage passage, Batch batch, Runnable last) {
        try {
            write(passage, batch, last);
        } catch (RuntimeException e) {
            if (!isRefused(e)) {
                throw e;
            }
            write(passage, accepted(passage, batch), last);
        }
        indexing.written(passage.target().ref());
    }

    private void write(Passage passage, Batch batch, Runnable last) {
        write(
                passage,
                batch,
                failed -> {
                    note(passage, failed);
                    last.run();
                });
    }

    private void write(Passage passage, Batch batch, Consumer<Map<UUID, String>> last) {
        transactions.write(
                "re-embedding of chunks",
                _ -> {
                    last.accept(passage.transfer().write(batch));
                    return true;
                });
    }

    private static void note(Passage passage, Map<UUID, String> failed) {
        failed.forEach((id, why) -> passage.run().itemFailed(id.toString(), why));
    }

    /** The batch with those chunks failed that PostgreSQL does not take. */
    private Batch accepted(Passage passage, Batch batch) {
        Batch accepted = batch;
        for (Batch part : batch.parts()) {
            try {
                write(passage, part, _ -> passage.stay());
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
    static boolean isRefused(RuntimeException e) {
        String state = SqlFailures.sqlState(e);
        return state != null
                && (Set.of("22", "23", "54").contains(state.substring(0, 2))
                        || state.equals("25P02"));
    }
}
