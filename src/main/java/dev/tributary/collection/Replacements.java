package dev.tributary.collection;

import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.security.Names;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.CollectionRef;
import dev.tributary.vector.IndexSpec;
import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.RecordStore;
import dev.tributary.vector.TextSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Creates collections that replace others, and switches names over to them. Safe for use by many
 * threads.
 */
@Component
public class Replacements {
    private static final int NUMBER_MAX = 1_000;

    private final CatalogueChanges changes;
    private final CatalogueRows rows;
    private final AliasRows aliases;
    private final RecordStore store;
    private final IndexUpkeep indexes;
    private final EmbeddingModels models;
    private final Transactions transactions;

    /**
     * How a replacement differs from the collection that it replaces.
     *
     * @param dimension null for the model's own
     * @param name null for a name made of the old name and the model's name
     * @param index null for the same index, as far as the dimension allows it
     */
    public record ReplacementRequest(
            String model,
            @Nullable Integer dimension,
            @Nullable String name,
            @Nullable IndexRequest index) {}

    /**
     * The names after a switch.
     *
     * @param previous name of the collection that was replaced
     * @param current name of the collection that replaced it
     */
    public record Switched(String previous, String current) {}

    Replacements(
            CatalogueChanges changes,
            CatalogueRows rows,
            AliasRows aliases,
            RecordStore store,
            IndexUpkeep indexes,
            EmbeddingModels models,
            Transactions transactions) {
        this.changes = changes;
        this.rows = rows;
        this.aliases = aliases;
        this.store = store;
        this.indexes = indexes;
        this.models = models;
        this.transactions = transactions;
    }

    /**
     * Runs work in one transaction; changes of collections and aliases run one at a time. The
     * methods of this class join it.
     */
    public <T> T together(String operation, Supplier<T> work) {
        return changes.change(operation, work);
    }

    /** Finds a collection by its id. */
    public Optional<Collection> find(long id) {
        return transactions
                .read("look-up of a collection", _ -> rows.byId(id))
                .map(CatalogueRow::collection);
    }

    /**
     * Creates an empty collection with the settings of another one, except for those in the
     * request.
     *
     * @param name name by which the other one was requested; the new name begins with it by default
     * @throws ServiceException {@code INVALID} and {@code IMPOSSIBLE} for a request that cannot be
     *     fulfilled; {@code CONFLICT} if the name is taken
     */
    public Collection create(Collection source, String name, ReplacementRequest request) {
        CollectionSpec spec = spec(source, request);
        String given = request.name();
        if (given != null) {
            Names.require("target", given);
        }
        return changes.change(
                "creation of a collection",
                () -> {
                    String namespace = source.namespace();
                    rows.lockNamespace(namespace);
                    if (given != null && isTaken(namespace, given)) {
                        throw ServiceException.conflict(
                                        "name_taken", given + " is a collection or an alias")
                                .withHint("use another target, or leave it out");
                    }
                    String free =
                            given == null
                                    ? free(namespace, name + '-' + slug(request.model()), "")
                                    : given;
                    CatalogueRow row = rows.insert(namespace, free, spec);
                    store.create(row.collection().ref());
                    return row.collection();
                });
    }

    private CollectionSpec spec(Collection source, ReplacementRequest request) {
        CollectionRef ref = source.ref();
        TextSpec text = ref.text();
        IndexRequest index = request.index();
        return new CollectionRequest(
                        request.model(),
                        request.dimension(),
                        ref.metric(),
                        text.language(),
                        new TextRequest(
                                text.k1(), text.b(), text.titleWeight(), text.foldAccents()),
                        source.description(),
                        source.metadata(),
                        index == null ? alike(ref) : index)
                .toSpec(models, indexes);
    }

    /** Keeps a precision only if it was chosen: the default depends on the dimension. */
    private IndexRequest alike(CollectionRef ref) {
        IndexSpec index = ref.index();
        boolean isChosen =
                index.type() != IndexSpec.Type.NONE
                        && index.precision() != indexes.finestPrecision(ref.dimension());
        IndexRequest same = IndexRequest.DEFAULT.over(index);
        return new IndexRequest(
                same.type(),
                isChosen ? index.precision() : null,
                same.m(),
                same.efConstruction(),
                same.lists());
    }

    /**
     * Switches a name from one collection to another. If the name is an alias, it points to the new
     * collection afterwards, and no other alias changes. If it is the source's own name, the source
     * is renamed, and the name becomes an alias of the new collection; the source's other aliases
     * point to it.
     *
     * @param name the source's own name, or an alias of it
     * @throws ServiceException {@code CONFLICT} if the name leads elsewhere now; {@code MISSING} if
     *     one of the two collections no longer exists
     */
    public Switched switchOver(Collection source, String name, Collection target) {
        String namespace = source.namespace();
        return changes.change(
                "switch of " + name,
                () -> {
                    rows.lockNamespace(namespace);
                    CatalogueRow found =
                            rows.resolve(namespace, name)
                                    .orElseThrow(() -> Catalogue.missing(namespace, name));
                    Collection to =
                            rows.byId(target.ref().id())
                                    .orElseThrow(() -> Catalogue.missing(namespace, target.name()))
                                    .collection();
                    Collection from = found.collection();
                    if (from.ref().id() != source.ref().id()) {
                        throw ServiceException.conflict(
                                "alias_moved",
                                "%s now points to %s, not to %s"
                                        .formatted(name, from.name(), source.name()));
                    }
                    rows.replaced(from.ref().id(), to.ref().id());
                    if (!from.name().equals(name)) {
                        aliases.pointToCollection(namespace, name, to.ref().id());
                        return new Switched(from.name(), to.name());
                    }
                    String previous = free(namespace, name, "-before");
                    rows.rename(from.ref().id(), previous);
                    aliases.pointToCollection(namespace, name, to.ref().id());
                    aliases.pointAllToAlias(namespace, from.ref().id(), name);
                    return new Switched(previous, to.name());
                });
    }

    /** Deletes a collection with its rows, whatever its name is now. Safe to repeat. */
    public void delete(long id) {
        changes.deleteById(id);
    }

    /** Returns a free name with this start and end. */
    private String free(String namespace, String start, String end) {
        for (int number = 1; number <= NUMBER_MAX; number++) {
            String suffix = end + (number == 1 ? "" : "-" + number);
            int length = Math.min(start.length(), Names.LENGTH_MAX - suffix.length());
            String name = start.substring(0, length) + suffix;
            if (!isTaken(namespace, name)) {
                return name;
            }
        }
        throw ServiceException.conflict(
                        "name_taken",
                        "%s%s is taken, and so is every numbered variant up to %,d"
                                .formatted(start, end, NUMBER_MAX))
                .withHint("delete collections that are no longer needed");
    }

    private boolean isTaken(String namespace, String name) {
        return rows.find(namespace, name).isPresent() || aliases.exists(namespace, name);
    }

    private static String slug(String model) {
        return model.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9_-]+", "-")
                .replaceAll("^[-_]+|[-_]+$", "");
    }
}
