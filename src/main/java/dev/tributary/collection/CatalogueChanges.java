package dev.tributary.collection;

import dev.tributary.failure.FieldErrors;
import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.TextSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Creates, changes and deletes collections and aliases. Safe for use by many threads. */
@Component
class CatalogueChanges {
    private static final Logger log = LoggerFactory.getLogger(CatalogueChanges.class);
    private static final int WAIT_MAX_S = 10;

    private final Transactions transactions;
    private final CatalogueRows rows;
    private final AliasRows aliases;
    private final RecordStore store;
    private final IndexUpkeep indexes;
    private final Catalogue catalogue;

    /**
     * Changes wait for each other here and not in the database, where each would hold a connection
     * that a search could use.
     */
    private final ReentrantLock turn = new ReentrantLock(true);

    /**
     * The outcome of a put.
     *
     * @param isCreated false if it existed already
     */
    record Put<T>(T value, boolean isCreated) {}

    CatalogueChanges(
            Transactions transactions,
            CatalogueRows rows,
            AliasRows aliases,
            RecordStore store,
            IndexUpkeep indexes,
            Catalogue catalogue) {
        this.transactions = transactions;
        this.rows = rows;
        this.aliases = aliases;
        this.store = store;
        this.indexes = indexes;
        this.catalogue = catalogue;
    }

    /**
     * Creates a collection: its row and its storage, both or neither.
     *
     * @throws ServiceException {@code CONFLICT} if a collection with this name has different
     *     settings, or an alias has the name; {@code IMPOSSIBLE} for a language that the store does
     *     not know
     */
    Put<CatalogueRow> put(Caller caller, String name, CollectionSpec spec) {
        String namespace = caller.namespace();
        Optional<CatalogueRow> known =
                transactions.read("look-up of a collection", _ -> rows.find(namespace, name));
        return known.map(row -> sameAs(row, spec))
                .orElseGet(() ->
                        change(
                                "creation of collection " + name,
                                () -> create(namespace, name, spec)));
    }

    private Put<CatalogueRow> create(String namespace, String name, CollectionSpec spec) {
        rows.lockNamespace(namespace);
        Optional<CatalogueRow> known = rows.find(namespace, name);
        if (known.isPresent()) {
            return sameAs(known.get(), spec);
        }
        if (aliases.exists(namespace, name)) {
            throw ServiceException.conflict("name_taken", name + " is an alias")
                    .withHint("use another name, or DELETE /aliases/" + name + " first");
        }
        CatalogueRow row = rows.insert(namespace, name, spec);
        store.create(row.collection().ref());
        return new Put<>(row, true);
    }

    private Put<CatalogueRow> sameAs(CatalogueRow row, CollectionSpec spec) {
        List<String> differences = differences(row, spec);
        if (differences.isEmpty()) {
            return new Put<>(row, false);
        }
        throw ServiceException.conflict(
                        "collection_exists",
                        "collection %s exists with %s"
                                .formatted(row.collection().name(), String.join(", ", differences)))
                .withHint(
                        "PATCH changes description, metadata, text.k1, text.b and index; for anything"
                                + " else, use another name");
    }

    /** A setting that the request leaves out is not compared if a PATCH can have changed it. */
    private List<String> differences(CatalogueRow row, CollectionSpec spec) {
        Collection is = row.collection();
        CollectionRef ref = is.ref();
        IndexSpec index = row.indexTarget() == null ? ref.index() : row.indexTarget();
        List<String> differences = new ArrayList<>();
        difference(differences, "model", is.model(), spec.model());
        difference(differences, "dimension", ref.dimension(), spec.dimension());
        difference(differences, "metric", ref.metric(), spec.metric());
        difference(differences, "language", ref.text().language(), spec.text().language());
        textDifferences(differences, ref.text(), spec.givenText());
        if (spec.description() != null) {
            difference(differences, "description", is.description(), spec.description());
        }
        if (spec.isMetadataGiven() && !rows.hasMetadata(ref.id(), spec.metadata())) {
            differences.add("different metadata");
        }
        if (spec.isIndexGiven() && !index.equals(spec.index())) {
            differences.add("a different index");
        }
        return differences;
    }

    private static void textDifferences(List<String> differences, TextSpec is, TextRequest given) {
        if (given.k1() != null) {
            difference(differences, "text.k1", is.k1(), given.k1());
        }
        if (given.b() != null) {
            difference(differences, "text.b", is.b(), given.b());
        }
        if (given.titleWeight() != null) {
            difference(differences, "text.title_weight", is.titleWeight(), given.titleWeight());
        }
        if (given.foldAccents() != null) {
            difference(differences, "text.fold_accents", is.foldAccents(), given.foldAccents());
        }
    }

    private static void difference(
            List<String> differences, String field, @Nullable Object is, @Nullable Object asked) {
        if (!Objects.equals(is, asked)) {
            differences.add("%s %s instead of %s".formatted(field, word(is), word(asked)));
        }
    }

    private static String word(@Nullable Object value) {
        return switch (value) {
            case null -> "none";
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            default -> value.toString();
        };
    }

    /**
     * Changes a collection, found by its name or an alias.
     *
     * @return the collection, with the index that is now to be built, if any
     */
    CatalogueRow patch(Caller caller, String name, CollectionPatch patch) {
        String namespace = caller.namespace();
        return change(
                "change of collection " + name,
                () -> {
                    CatalogueRow row = require(namespace, name);
                    CollectionRef ref = row.collection().ref();
                    IndexSpec target = target(ref, patch.index());
                    if (ref.index().equals(target)) {
                        rows.clearIndexTarget(ref.id());
                        target = null;
                    }
                    return rows.update(ref.id(), patch, target)
                            .orElseThrow(() -> Catalogue.missing(namespace, name));
                });
    }

    private @Nullable IndexSpec target(CollectionRef ref, @Nullable IndexRequest request) {
        if (request == null) {
            return null;
        }
        IndexRequest whole = request.over(ref.index());
        var errors = new FieldErrors();
        whole.check(errors);
        errors.throwIfAny();
        return whole.toSpec(ref.dimension(), indexes);
    }

    /**
     * Deletes a collection with its aliases. Its rows are dropped right after that, or once the
     * store is available again.
     *
     * @throws ServiceException {@code MISSING}; {@code CONFLICT} for an alias, so that its
     *     collection is not deleted by accident
     */
    void delete(Caller caller, String name) {
        String namespace = caller.namespace();
        CollectionRef ref =
                change(
                        "deletion of collection " + name,
                        () -> {
                            CollectionRef found = requireOwnName(namespace, name);
                            rows.lockNamespace(namespace);
                            rows.delete(found);
                            return found;
                        });
        try {
            drop(ref);
        } catch (ServiceException e) {
            log.warn("the rows of deleted collection {} are not dropped yet", ref.id(), e);
        }
    }

    /** Drops the rows of a collection that is no longer in the catalogue. Safe to repeat. */
    void drop(CollectionRef ref) {
        store.drop(ref);
        transactions.write(
                "deletion of a collection",
                _ -> {
                    rows.clearDropped(ref.id());
                    return true;
                });
    }

    private CollectionRef requireOwnName(String namespace, String name) {
        CatalogueRow row = require(namespace, name);
        if (!row.collection().name().equals(name)) {
            throw ServiceException.conflict("is_alias", name + " is an alias")
                    .withHint(
                            "DELETE /aliases/%s deletes the alias, DELETE /collections/%s the collection"
                                    .formatted(name, row.collection().name()));
        }
        return row.collection().ref();
    }

    /** Deletes a collection whatever its name is now. Does nothing if it does not exist. */
    void deleteById(long id) {
        change(
                        "deletion of a collection",
                        () -> {
                            Optional<CatalogueRow> row = rows.byId(id);
                            row.ifPresent(found -> {
                                rows.lockNamespace(found.collection().namespace());
                                rows.delete(found.collection().ref());
                            });
                            return row;
                        })
                .ifPresent(row -> drop(row.collection().ref()));
    }

    private CatalogueRow require(String namespace, String name) {
        return rows.resolve(namespace, name).orElseThrow(() -> Catalogue.missing(namespace, name));
    }

    /**
     * Points an alias to a collection or to another alias, atomically.
     *
     * @throws ServiceException {@code MISSING} if there is no such target; {@code CONFLICT} if a
     *     collection has the name, or the alias would point to itself
     */
    Put<AliasAnswer> putAlias(Caller caller, String alias, String target) {
        String namespace = caller.namespace();
        return change(
                "change of alias " + alias,
                () -> {
                    if (alias.equals(target)) {
                        throw loop(alias);
                    }
                    require(namespace, target);
                    rows.lockNamespace(namespace);
                    if (rows.find(namespace, alias).isPresent()) {
                        throw ServiceException.conflict("name_taken", alias + " is a collection")
                                .withHint("use another name for the alias");
                    }
                    boolean isNew = !aliases.exists(namespace, alias);
                    point(namespace, alias, target);
                    return new Put<>(new AliasAnswer(namespace, alias, target), isNew);
                });
    }

    private void point(String namespace, String alias, String target) {
        CatalogueRow row = require(namespace, target);
        if (row.collection().name().equals(target)) {
            aliases.pointToCollection(namespace, alias, row.collection().ref().id());
            return;
        }
        if (aliases.leadsTo(namespace, target, alias)) {
            throw loop(alias);
        }
        aliases.pointToAlias(namespace, alias, target);
    }

    private static ServiceException loop(String alias) {
        return ServiceException.conflict("alias_loop", "alias " + alias + " would point to itself");
    }

    /**
     * Deletes an alias, and the aliases that point to it.
     *
     * @throws ServiceException {@code MISSING}
     */
    void deleteAlias(Caller caller, String alias) {
        String namespace = caller.namespace();
        change(
                "deletion of alias " + alias,
                () -> {
                    if (!aliases.delete(namespace, alias)) {
                        throw ServiceException.missing("alias", alias);
                    }
                    return true;
                });
    }

    /** Runs work in a transaction; changes of the catalogue run one at a time. */
    <T> T change(String operation, Supplier<T> work) {
        awaitTurn(operation);
        try {
            return transactions.write(operation, _ -> work.get());
        } finally {
            catalogue.changed();
            turn.unlock();
        }
    }

    private void awaitTurn(String operation) {
        try {
            if (!turn.tryLock(WAIT_MAX_S, TimeUnit.SECONDS)) {
                throw ServiceException.unavailable(
                        "catalogue_busy",
                        operation + " failed: other requests are changing collections",
                        new TimeoutException());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceException.unavailable("stopping", operation + " was interrupted", e);
        }
    }
}
