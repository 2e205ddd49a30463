package dev.tributary.collection;

import dev.tributary.security.Caller;
import dev.tributary.security.Names;
import dev.tributary.sql.Transactions;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.Valid;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Aliases over HTTP. */
@RestController
@RequestMapping("/aliases")
class AliasController {
    private final CatalogueChanges changes;
    private final AliasRows aliases;
    private final Transactions transactions;

    AliasController(CatalogueChanges changes, AliasRows aliases, Transactions transactions) {
        this.changes = changes;
        this.aliases = aliases;
        this.transactions = transactions;
    }

    /**
     * Creates an alias, or atomically switches it to another collection. An alias is accepted
     * wherever the name of a collection is.
     *
     * @param alias name of the alias, which no collection of the namespace may have
     * @param request the target
     * @return the alias; 201 if it is new, 200 if it was switched
     */
    @PutMapping("/{alias}")
    @ApiResponse(responseCode = "201", description = "created")
    @ApiResponse(responseCode = "200", description = "switched")
    ResponseEntity<AliasAnswer> put(
            @PathVariable String alias, Caller caller, @Valid @RequestBody AliasRequest request) {
        Names.require("alias", alias);
        Names.require("collection", request.collection());
        var put = changes.putAlias(caller, alias, request.collection());
        return ResponseEntity.status(put.isCreated() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(put.value());
    }

    /**
     * Lists the aliases of a namespace, by name.
     *
     * @param cursor next_cursor of the previous page
     * @param limit most aliases to return, 1 to 1,000
     * @return a page of aliases
     */
    @GetMapping
    AliasList list(
            Caller caller,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") int limit) {
        String after = Pages.after(cursor);
        Pages.requireLimit(limit);
        List<AliasAnswer> page =
                transactions.read(
                        "list of aliases", _ -> aliases.list(caller.namespace(), after, limit + 1));
        return page.size() > limit
                ? new AliasList(page.subList(0, limit), page.get(limit - 1).alias())
                : new AliasList(page, null);
    }

    /**
     * Deletes an alias, and the aliases that point to it. What they point to is not deleted.
     *
     * @param alias name of the alias
     */
    @DeleteMapping("/{alias}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String alias, Caller caller) {
        Names.require("alias", alias);
        changes.deleteAlias(caller, alias);
    }
}
