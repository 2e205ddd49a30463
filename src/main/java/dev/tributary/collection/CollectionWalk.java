package dev.tributary.collection;

import dev.tributary.sql.Transactions;
import dev.tributary.vector.CollectionRef;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/** Goes through the collections of all namespaces, by id, a page at a time. */
@Component
class CollectionWalk {
    private static final int PAGE = 100;

    private final Transactions transactions;
    private final CatalogueRows rows;

    CollectionWalk(Transactions transactions, CatalogueRows rows) {
        this.transactions = transactions;
        this.rows = rows;
    }

    void forEach(Consumer<CollectionRef> visitor) {
        long after = 0;
        List<CollectionRef> page;
        do {
            long from = after;
            page = transactions.read("list of collections", _ -> rows.refs(from, PAGE));
            for (CollectionRef collection : page) {
                visitor.accept(collection);
                after = collection.id();
            }
        } while (page.size() == PAGE);
    }
}
