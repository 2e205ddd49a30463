package dev.tributary.document.extract;

import java.util.List;

/** Reads plain text: sentences, which end with their paragraphs at blank lines. */
final class Outline {
    private Outline() {}

    static ExtractedDocument plain(String text) {
        var units = new Units();
        boolean isOpen = false;
        for (int from = 0; from < text.length(); ) {
            int end = lineEnd(text, from);
            boolean isBlank = text.substring(from, end).isBlank();
            if (isBlank && isOpen) {
                units.addSentences(text, end);
            }
            isOpen = !isBlank;
            from = end;
        }
        if (isOpen) {
            units.addSentences(text, text.length());
        }
        return new ExtractedDocument(null, text, units.all(), List.of(), List.of());
    }

    /** The start of the next line, whatever ends this one. */
    private static int lineEnd(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        boolean isPair = text.startsWith("\r\n", end);
        return Math.min(text.length(), end + (isPair ? 2 : 1));
    }
}
