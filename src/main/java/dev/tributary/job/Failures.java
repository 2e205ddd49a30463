package dev.tributary.job;

import java.util.ArrayList;
import java.util.List;

/**
 * Items that failed and are not yet written down.
 *
 * @param count all of them
 * @param first the first {@value Job#ERRORS_MAX} of them at most
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
