package dev.tributary.collection;

import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Writes to the collection that a name leads to. Safe for use by many threads.
 *
 * <p>The collection that a name leads to is cached for a moment, and may be replaced while a
 * request runs. So each transaction of a write ends by checking whether the name still leads to the
 * same collection. If not, the transaction is rolled back, and all of the work is repeated with the
 * collection that the name leads to now.
 *
 * <p>No write is lost by a re-embedding. While the old collection is followed, each statement that
 * writes to it takes a shared lock until the end of its transaction. The cutover takes the lock
 * exclusively until the end of its own transaction. So either the cutover sees what was written, or
 * the check sees the cutover: the check is a later statement, and under READ COMMITTED each
 * statement has its own snapshot. A statement that does not take the lock saw the table without the
 * trigger. If it began before the collection was followed, creating the trigger waited for its
 * transaction, so the copy has what it wrote. If it began after the collection was no longer
 * followed, the cutover was committed, so the check sees it.
 */
@Component
public class CollectionWrites {
    private static final int ATTEMPTS_MAX = 5;

    private final Catalogue catalogue;
    private final CatalogueRows rows;
    private final AliasRows aliases;
    private final ApplicationEventPublisher events;
    private final Transactions transactions;

    /** The name leads elsewhere. Not a {@link ServiceException}, as the work may handle those. */
    private static final class Moved extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Moved() {
            super("the name points elsewhere", null, false, false);
        }
    }

    CollectionWrites(
            Catalogue catalogue,
            CatalogueRows rows,
            AliasRows aliases,
            ApplicationEventPublisher events,
            Transactions transactions) {
        this.catalogue = catalogue;
        this.rows = rows;
        this.aliases = aliases;
        this.events = events;
        this.transactions = transactions;
    }

    /**
     * Does work on the collection that a name leads to. The work's transactions in this thread
     * commit only while the name still leads there.
     *
     * @param name name of a collection, or of an alias
     * @param work the work, repeated if the name leads elsewhere: up to five times in total,
     *     whatever it has already committed to the previous collection
     * @throws ServiceException as {@link Catalogue#resolve}; {@code UNAVAILABLE} if the name led
     *     elsewhere each time; whatever the work throws
     */
    public <T> T write(Caller caller, String name, Function<Collection, T> work) {
        String namespace = caller.namespace();
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            Collection found = catalogue.resolve(caller, name);
            try {
                T result =
                        transactions.endingWith(
                                () -> requireCurrent(namespace, name, found),
                                () -> work.apply(found));
                events.publishEvent(new ChunksWritten(found.ref()));
                return result;
            } catch (Moved _) {
                catalogue.changed();
            } catch (ServiceException e) {
                if (e.kind() != ServiceException.Kind.MISSING
                        || isCurrent(namespace, name, found)) {
                    throw e;
                }
                // The collection was replaced and then deleted, so its partition is missing.
                catalogue.changed();
            }
        }
        throw ServiceException.unavailable(
                        "collection_moving",
                        "%s pointed to a different collection on each of %d attempts to write to it"
                                .formatted(name, ATTEMPTS_MAX))
                .withHint(
                        "send the request again when the name is no longer being switched between collections");
    }

    private void requireCurrent(String namespace, String name, Collection found) {
        if (!isCurrent(namespace, name, found)) {
            throw new Moved();
        }
    }

    private boolean isCurrent(String namespace, String name, Collection found) {
        return transactions.read(
                "look-up of a name", _ -> rows.leadsTo(namespace, name, found.ref().id()));
    }

    /** All names that lead to a collection now, including its own, in any order. */
    public List<String> names(Collection collection) {
        long id = collection.ref().id();
        return transactions.read(
                "look-up of names",
                _ -> {
                    List<String> names = new ArrayList<>(aliases.of(id));
                    rows.byId(id).ifPresent(row -> names.add(row.collection().name()));
                    return List.copyOf(names);
                });
    }

    /**
     * True if a collection is the other one, or has replaced it through one or more re-embeddings.
     *
     * @param other id of the other collection, which may have been deleted
     */
    public boolean standsFor(Collection collection, long other) {
        long id = collection.ref().id();
        return id == other
                || transactions.read(
                        "look-up of what was replaced", _ -> rows.hasReplaced(id, other));
    }
}
