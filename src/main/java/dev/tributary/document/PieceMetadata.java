package dev.tributary.document;

import dev.tributary.document.SourceDocument.Labels;
import dev.tributary.document.chunk.Piece;
import dev.tributary.document.extract.ExtractedDocument;
import dev.tributary.json.Metadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds the metadata of the pieces of one document: the metadata of the request, that of the
 * document itself, and {@code title}, {@code headings} (the path of headings above the piece,
 * outermost first), {@code page} (of the first character, counted from 1) and {@code page_end} (of
 * the last character, if different).
 */
final class PieceMetadata {
    private static final int TITLE_LENGTH_MAX = 1_024;

    /** A document does not decide these by its own metadata. */
    private static final Set<String> EXTRACTED = Set.of("title", "headings", "page", "page_end");

    private final ExtractedDocument document;
    private final Map<String, @Nullable Object> common;

    PieceMetadata(ExtractedDocument document, Labels labels) {
        this.document = document;
        common = labels.common();
        String own = document.title();
        if (own != null && !common.containsKey("title")) {
            String storable = storable(own);
            if (!storable.isEmpty()) {
                common.put("title", storable);
            }
        }
        document.metadata()
                .forEach((name, value) -> {
                    if (!EXTRACTED.contains(name)) {
                        common.putIfAbsent(name, value);
                    }
                });
        Metadata.check("metadata", common);
    }

    Map<String, @Nullable Object> of(Piece piece) {
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>(common);
        List<String> headings = document.headingsOf(piece.start(), piece.end());
        if (!headings.isEmpty()) {
            metadata.putIfAbsent("headings", headings);
        }
        Integer page = document.pageAt(piece.start());
        Integer pageEnd = document.pageAt(piece.end() - 1);
        if (page != null && pageEnd != null && !common.containsKey("page")) {
            metadata.put("page", page);
            if (!pageEnd.equals(page)) {
                metadata.putIfAbsent("page_end", pageEnd);
            }
        }
        return metadata.size() == common.size() ? metadata : Metadata.check("metadata", metadata);
    }

    /** Drops what cannot be stored: a document is not refused because of its title. */
    private static String storable(String title) {
        var text = new StringBuilder();
        title.strip()
                .codePoints()
                .filter(c -> c != 0 && Character.getType(c) != Character.SURROGATE)
                .limit(TITLE_LENGTH_MAX / 2)
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}
