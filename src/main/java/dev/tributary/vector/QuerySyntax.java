package dev.tributary.vector;

/** Which characters of a query are operators. */
public enum QuerySyntax {
    /** {@code "exact words"} is a phrase. Every other character is text. */
    NATURAL,
    /** A minus excludes, too: {@code -word}, {@code -"exact words"}. */
    WEB
}
