package dev.tributary.vector;

/** Whether an index has more rows to take in after a step. */
public enum IndexAdvance {
    /** Every row is in the index, no index is wanted, or there are too few rows to build one. */
    DONE,
    /** There is more to do; call again. */
    MORE,
    /**
     * Many rows are arriving, or another caller is working on the index; call again in a second.
     */
    LATER
}
