package dev.tributary.ingest;

/** How a text is to be read when it is split. */
public enum ContentType {
    /** Paragraphs between blank lines. */
    PLAIN,
    /** Markdown as CommonMark and GitHub read it: headings, lists, tables and fenced code. */
    MARKDOWN
}
