package dev.tributary.collection;

import dev.tributary.embedding.EmbeddingModels;
import dev.tributary.failure.ServiceException;
import dev.tributary.security.Caller;
import dev.tributary.security.Names;
import dev.tributary.sql.Transactions;
import dev.tributary.vector.IndexUpkeep;
import dev.tributary.vector.RecordStore;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Collections over HTTP. */
@RestController
@RequestMapping("/collections")
class CollectionController {
    private final CatalogueChanges changes;
    private final CatalogueRows rows;
    private final AliasRows aliases;
    private final ApplicationEventPublisher events;
    private final RecordStore store;
    private final IndexUpkeep indexes;
    private final EmbeddingModels models;
    private final Transactions transactions;

    CollectionController(
            CatalogueChanges changes,
            CatalogueRows rows,
            AliasRows aliases,
            ApplicationEventPublisher events,
            RecordStore store,
            IndexUpkeep indexes,
            EmbeddingModels models,
            Transactions transactions) {
        this.changes = changes;
        this.rows = rows;
        this.aliases = aliases;
        this.events = events;
        this.store = store;
        this.indexes = indexes;
        this.models = models;
        this.transactions = transactions;
    }

    /**
     * Creates a collection. Safe to repeat: answers 200 if it exists with the same settings, or 409
     * naming the differences. A description, metadata, text setting or index that is left out is
     * not compared.
     *
     * @param collection the name: 1 to 63 of a-z, 0-9, _ and -, beginning with a letter or digit
     * @param request the collection to create
     * @return the collection
     */
    @PutMapping("/{collection}")
    @ApiResponse(responseCode = "201", description = "created")
    @ApiResponse(responseCode = "200", description = "it already exists with these settings")
    ResponseEntity<CollectionAnswer> put(
            @PathVariable String collection,
            Caller caller,
            @RequestBody CollectionRequest request) {
        Names.require("collection", collection);
        var put = changes.put(caller, collection, request.toSpec(models, indexes));
        return ResponseEntity.status(put.isCreated() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(answer(caller, put.value(), true));
    }

    /**
     * Lists the collections of a namespace, by name.
     *
     * @param cursor next_cursor of the previous page
     * @param limit most collections to return, 1 to 1,000
     * @return a page of collections
     */
    @GetMapping
    CollectionList list(
            Caller caller,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") int limit) {
        String after = Pages.after(cursor);
        Pages.requireLimit(limit);
        List<CatalogueRow> page =
                transactions.read(
                        "list of collections",
                        _ -> rows.list(caller.namespace(), after, limit + 1));
        List<CollectionAnswer> answers = new ArrayList<>();
        for (CatalogueRow row : page.subList(0, Math.min(limit, page.size()))) {
            try {
                answers.add(answer(caller, row, false));
            } catch (ServiceException e) {
                if (e.kind() != ServiceException.Kind.MISSING) {
                    throw e;
                }
                // It was deleted after the page was read.
            }
        }
        String next = page.size() > limit ? page.get(limit - 1).collection().name() : null;
        return new CollectionList(answers, next);
    }

    /**
     * Returns a collection with its current number of rows, size and index state.
     *
     * @param collection name of the collection, or of an alias
     * @return the collection
     */
    @GetMapping("/{collection}")
    CollectionAnswer get(@PathVariable String collection, Caller caller) {
        Names.require("collection", collection);
        return answer(
                caller,
                transactions
                        .read(
                                "look-up of a collection",
                                _ -> rows.resolve(caller.namespace(), collection))
                        .orElseThrow(() -> Catalogue.missing(caller.namespace(), collection)),
                true);
    }

    /**
     * Changes a collection's description, metadata, text.k1, text.b or index. Text settings take
     * effect at once. A new index is built in the background; the old one is used until the new one
     * is ready.
     *
     * @param collection name of the collection, or of an alias
     * @param patch what to change; absent fields stay as they are
     * @return the collection
     */
    @PatchMapping("/{collection}")
    CollectionAnswer patch(
            @PathVariable String collection, Caller caller, @RequestBody CollectionPatch patch) {
        Names.require("collection", collection);
        patch.check();
        CatalogueRow row = changes.patch(caller, collection, patch);
        if (row.indexTarget() != null) {
            events.publishEvent(new IndexRequested(row.collection().ref()));
        }
        return answer(caller, row, true);
    }

    /**
     * Deletes a collection with all its chunks and aliases.
     *
     * @param collection the collection's own name; an alias is refused
     */
    @DeleteMapping("/{collection}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String collection, Caller caller) {
        Names.require("collection", collection);
        changes.delete(caller, collection);
    }

    private CollectionAnswer answer(Caller caller, CatalogueRow row, boolean isWhole) {
        long id = row.collection().ref().id();
        return CollectionAnswer.of(
                row,
                store.stats(row.collection().rows(caller)),
                isWhole ? indexes.upkeepStats(row.collection().ref()) : null,
                transactions.read("look-up of aliases", _ -> aliases.of(id)));
    }
}
