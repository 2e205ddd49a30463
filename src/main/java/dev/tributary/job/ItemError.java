package dev.tributary.job;

/**
 * An item of a job that could not be processed.
 *
 * @param item name of the item, such as a source id or a line; at most 512 characters
 * @param message why it failed; at most 2,000 characters
 */
public record ItemError(String item, String message) {
    static final int ITEM_MAX = 512;
    static final int MESSAGE_MAX = 2_000;

    public ItemError {
        item = shortened(item, ITEM_MAX);
        message = shortened(message, MESSAGE_MAX);
    }

    /** Cuts a text without splitting a surrogate pair, and removes U+0000. */
    static String shortened(String text, int max) {
        String clean = text.replace("\0", "");
        if (clean.length() <= max) {
            return clean;
        }
        int end = max - 1;
        return clean.substring(0, Character.isHighSurrogate(clean.charAt(end - 1)) ? end - 1 : end)
                + "…";
    }
}
