package dev.tributary.collection;

import dev.tributary.failure.FieldErrors;
import dev.tributary.vector.TextSpec;
import org.jspecify.annotations.Nullable;

/**
 * How words are ranked.
 *
 * @param k1 how much repetition of a word counts, 0 (not at all) to 10, 1.2 by default
 * @param b how much a chunk's length counts against it, 0 (not at all) to 1, 0.75 by default
 * @param titleWeight how many times a word of the title counts, 0 to 10, 2 by default; the stored
 *     text depends on it, so it cannot be changed later
 * @param foldAccents true if {@code cafe} finds {@code café} and the reverse; the form that the
 *     query has ranks first. True by default, except for catalan, dutch, german, greek and spanish,
 *     whose stemmers decide. It is part of what is stored, and cannot be changed later
 */
record TextRequest(
        @Nullable Double k1,
        @Nullable Double b,
        @Nullable Integer titleWeight,
        @Nullable Boolean foldAccents) {
    static final TextRequest NOTHING = new TextRequest(null, null, null, null);

    /** Returns the requested settings, with defaults for absent fields. */
    TextSpec toSpec(String language) {
        return new TextSpec(
                language,
                k1 == null ? TextSpec.K1_DEFAULT : k1,
                b == null ? TextSpec.B_DEFAULT : b,
                titleWeight == null ? TextSpec.TITLE_WEIGHT_DEFAULT : titleWeight,
                foldAccents == null ? TextSpec.foldsAccentsByDefault(language) : foldAccents);
    }

    /** True if it has a setting that stored chunks depend on. */
    boolean isStored() {
        return titleWeight != null || foldAccents != null;
    }

    /** Refuses the settings that stored chunks depend on. */
    void refuseStored(FieldErrors errors) {
        if (titleWeight != null) {
            errors.refuse("text.title_weight", "cannot be changed");
        }
        if (foldAccents != null) {
            errors.refuse("text.fold_accents", "cannot be changed");
        }
    }

    /** Adds an error for every field that is out of range. */
    void check(FieldErrors errors) {
        errors.range("text.k1", k1, 0, TextSpec.K1_MAX);
        errors.range("text.b", b, 0, 1);
        errors.range("text.title_weight", titleWeight, 0, TextSpec.TITLE_WEIGHT_MAX);
    }
}
