package dev.tributary.collection;

import dev.tributary.failure.FieldErrors;
import dev.tributary.failure.ServiceException;
import dev.tributary.json.Metadata;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to change in a collection. A null is the same as an absent field.
 *
 * @param description replaces the old description; an empty text removes it
 * @param metadata replaces the old metadata as a whole
 * @param text k1 and b, effective at once; absent fields stay as they are
 * @param index the new index, built in the background; the old one is used until it is ready.
 *     Absent fields stay as they are unless the type changes
 */
record CollectionPatch(
        @Nullable String description,
        @Nullable Map<String, @Nullable Object> metadata,
        @Nullable TextRequest text,
        @Nullable IndexRequest index) {
    private static final String STORED =
            "text.title_weight and text.fold_accents are part of the stored data: create another"
                    + " collection with them, and switch an alias";

    /**
     * Validates the fields that can be validated without the collection.
     *
     * @throws ServiceException {@code INVALID} naming every invalid field
     */
    void check() {
        var errors = new FieldErrors();
        CollectionRequest.checkDescription(errors, description);
        if (text != null) {
            text.check(errors);
        }
        if (text != null && text.isStored()) {
            text.refuseStored(errors);
            throw errors.toException().withHint(STORED);
        }
        errors.throwIfAny();
        if (metadata != null) {
            Metadata.check("metadata", metadata);
        }
    }
}
