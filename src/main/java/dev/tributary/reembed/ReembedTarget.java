package dev.tributary.reembed;

import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.indexing.Indexing;
import dev.tributary.job.JobRun;
import dev.tributary.reembed.Reembedder.Batch;
import dev.tributary.reembed.Reembedder.Embedder;
import dev.tributary.sql.SqlFailures;
import dev.tributary.sql.Transactions;
import dev.tributary.sync.CopyTarget;
import dev.tributary.vector.Include;
import dev.tributary.vector.StoredChunk;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The new collection of a re-embedding. Chunks are embedded first, outside any transaction; then
 * the batch is written in one transaction, together with its step. Confined to the thread of the
 * job.
 */
final class ReembedTarget implements CopyTarget {
    private final Transactions transactions;
    private final Indexing indexing;
    private final Reembedder reembedder;
    private final JobRun run;

    ReembedTarget(Transactions transactions, Indexing indexing, Reembedder reembedder, JobRun run) {
        this.transactions = transactions;
        this.indexing = indexing;
        this.reembedder = reembedder;
        this.run = run;
    }

    EmbeddingModel model() {
        return reembedder.model();
    }

    @Override
    public Set<Include> include() {
        return Include.DEFAULT;
    }

    @Override
    public void copy(List<StoredChunk> chunks, Step step) {
        put(reembedder.embed(chunks), step);
    }

    @Override
    public void update(Map<UUID, Long> changes, Step step) {
        put(reembedder.embedByIds(List.copyOf(changes.keySet())), step);
    }

    /**
     * Like {@link #update}, but in the transaction that is running in this thread.
     *
     * @param embedder provides the embeddings of new texts
     * @return false if it cannot provide them now; nothing was written then
     */
    boolean updateWithin(List<UUID> ids, Embedder embedder) {
        Optional<Batch> batch = reembedder.embedByIds(ids, embedder);
        batch.ifPresent(some -> noteFailed(reembedder.write(some)));
        return batch.isPresent();
    }

    /** If PostgreSQL refuses the batch because of a chunk, writes each chunk alone. */
    private void put(Batch batch, Step step) {
        try {
            writeAll(batch, step);
        } catch (RuntimeException e) {
            if (!isRefused(e)) {
                throw e;
            }
            writeAll(accepted(batch, step), step);
        }
        indexing.written(reembedder.target());
    }

    private void writeAll(Batch batch, Step step) {
        write(
                batch,
                failed -> {
                    noteFailed(failed);
                    step.done();
                });
    }

    private void write(Batch batch, Consumer<Map<UUID, String>> last) {
        transactions.write(
                "re-embedding of chunks",
                _ -> {
                    last.accept(reembedder.write(batch));
                    return true;
                });
    }

    private void noteFailed(Map<UUID, String> failed) {
        failed.forEach((id, why) -> run.itemFailed(id.toString(), why));
    }

    /**
     * Returns the batch with the chunks that PostgreSQL refuses marked as failed. To find them, it
     * writes chunks one by one; the others are written again with the whole batch.
     */
    private Batch accepted(Batch batch, Step step) {
        Batch accepted = batch;
        for (Batch part : batch.parts()) {
            try {
                write(part, _ -> step.requireLease());
            } catch (RuntimeException e) {
                if (!isRefused(e)) {
                    throw e;
                }
                accepted = accepted.withFailed(part);
            }
        }
        return accepted;
    }

    /** True if PostgreSQL refuses the data, or a statement in an already failed transaction. */
    static boolean isRefused(RuntimeException e) {
        String state = SqlFailures.sqlState(e);
        return state != null
                && (Set.of("22", "23", "54").contains(state.substring(0, 2))
                        || state.equals("25P02"));
    }
}
