package dev.tributary.job;

import java.util.ArrayList;
import java.util.List;

/**
 * Failed items that are not yet stored.
 *
 * @param count number of failed items
 * @param first at most the first {@value Job#ERRORS_MAX} of them
 */
record Failures(long count, List<ItemError> first) {
    static final Failures NONE = new Failures(0, List.of());

    Failures {
        first = List.copyOf(first);
    }

    Failures with(ItemError error) {
        if (first.size() == Job.ERRORS_MAX) {
            return new Failures(count + 1, first);
        }
        List<ItemError> more = new ArrayList<>(first);
        more.add(error);
        return new Failures(count + 1, more);
    }
}
