package dev.tributary.vector;

/** How far an index is behind its rows after a step. */
public enum IndexAdvance {
    /** Every row is in it, or none is wanted, or there is too little to build it from. */
    DONE,
    /** There is more to do: call again. */
    MORE,
    /** Rows are arriving in numbers, or somebody else is at it: call again in a second. */
    LATER
}
