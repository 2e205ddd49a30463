package dev.tributary.follow;

import dev.tributary.collection.Collection;
import dev.tributary.follow.GenerationRow.State;
import dev.tributary.job.JobStatus;
import dev.tributary.job.Jobs;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Has the derived stores of one collection follow another that is to take its place. Safe for use
 * by many threads.
 */
@Component
public class Succession {
    private final Follows follows;
    private final DerivedStores configured;
    private final StoreRows stores;
    private final GenerationRows generations;
    private final Jobs jobs;
    private final Transactions transactions;

    /** How far the stores have come. */
    public enum Progress {
        /** Every store is kept in step, or cannot be. */
        READY,
        /** A store is being filled. */
        FILLING,
        /** A store waits for a worker that fills it. */
        WAITING
    }

    Succession(
            Follows follows,
            DerivedStores configured,
            StoreRows stores,
            GenerationRows generations,
            Jobs jobs,
            Transactions transactions) {
        this.follows = follows;
        this.configured = configured;
        this.stores = stores;
        this.generations = generations;
        this.jobs = jobs;
        this.transactions = transactions;
    }

    /** Has every configured store that follows one collection follow the other. Safe to repeat. */
    public void begin(Collection from, Collection to) {
        for (StoreRow row : rows(from)) {
            if (configured.has(row.store())) {
                follows.put(
                        Caller.unrestricted(to.namespace()),
                        to.name(),
                        row.store(),
                        row.settings());
            }
        }
    }

    /** How far the stores that follow a collection have come. */
    public Progress progress(Collection collection) {
        Progress all = Progress.READY;
        for (StoreRow row : rows(collection)) {
            Progress one = progress(row);
            all = one.compareTo(all) > 0 ? one : all;
        }
        return all;
    }

    private Progress progress(StoreRow row) {
        List<GenerationRow> live =
                transactions.read(
                        "list of copies", _ -> generations.live(row.collection(), row.store()));
        boolean isFilling =
                live.stream().noneMatch(GenerationRow::isUsed)
                        && live.stream().anyMatch(each -> each.state() == State.FILLING);
        if (!isFilling || row.job() == null) {
            return Progress.READY;
        }
        return jobs.find(Caller.unrestricted(row.namespace()), row.job())
                .map(job -> job.status() == JobStatus.QUEUED ? Progress.WAITING : Progress.FILLING)
                .orElse(Progress.READY);
    }

    private List<StoreRow> rows(Collection collection) {
        return transactions.read("list of stores", _ -> stores.list(collection.ref().id()));
    }
}
