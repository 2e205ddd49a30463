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
 * <p>What is known of a name may be old: it is remembered for a moment, and the collection may be
 * replaced while a request is under way. So each transaction of a write ends with a look whether
 * the name still leads where it did. If not, nothing of it is written, and all of the work is done
 * again with the collection that the name leads to now.
 *
 * <p>No write is lost by a re-embedding. While the old collection is followed, a statement that
 * writes to it takes a lock together with others, until the end of its transaction, and the switch
 * takes that lock alone until its own. So either the switch sees what was written, or the look sees
 * the switch: it is a later statement, and under READ COMMITTED each has a snapshot of its own. A
 * statement that does not take the lock has the table from before it was followed, and that waited
 * for the end of its transaction, so that the copy has what it wrote; or from after, which is after
 * the switch, so that the look sees that.
 */
@Component
public class CollectionWrites {
    private static final int ATTEMPTS_MAX = 5;

    private final Catalogue catalogue;
    private final CatalogueRows rows;
    private final AliasRows aliases;
    private final ApplicationEventPublisher events;
    private final Transactions transactions;

    /** The name leads elsewhere. No {@link ServiceException}, as the work may handle those. */
    private static final class Moved extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Moved() {
            super("the name leads elsewhere", null, false, false);
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
     * Does work on what a name leads to. What it commits in this thread is committed only while the
     * name leads there.
     *
     * @param name of a collection, or of an alias
     * @param work is done again if it is found elsewhere: up to five times in all, whatever it has
     *     committed to the collection before
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
                // The partition of a collection that was replaced, and then deleted.
                catalogue.changed();
            }
        }
        throw ServiceException.unavailable(
                        "collection_moving",
                        "%s led to another collection each of the %d times that it was written to"
                                .formatted(name, ATTEMPTS_MAX))
                .withHint(
                        "send it again when the name is no longer being switched between collections");
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

    /** Every name that leads to a collection now, its own among them, in no order. */
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
     * True if a collection is another one, or has replaced it by one or more re-embeddings.
     *
     * @param other its id; it may have been deleted since
     */
    public boolean standsFor(Collection collection, long other) {
        long id = collection.ref().id();
        return id == other
                || transactions.read(
                        "look-up of what was replaced", _ -> rows.hasReplaced(id, other));
    }
}
