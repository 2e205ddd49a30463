package dev.tributary.search;

import java.util.List;

/**
 * Hits on their way into the answer, best first; hits of a group follow each other.
 *
 * @param complete true promises: if fewer came back than asked for, no more exist
 */
record Found(List<Candidate> candidates, boolean complete) {
    Found {
        candidates = List.copyOf(candidates);
    }

    Found with(List<Candidate> others) {
        return new Found(others, complete);
    }
}
