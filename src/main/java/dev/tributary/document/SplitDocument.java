package dev.tributary.document;

import dev.tributary.document.chunk.Piece;
import dev.tributary.document.extract.ExtractedDocument;
import dev.tributary.embedding.EmbeddingModel;
import dev.tributary.vector.Rows;
import java.util.List;

/**
 * A document whose text was extracted and split, ready to be embedded.
 *
 * @param rows rows that it is stored in
 * @param model model that embeds it
 */
record SplitDocument(
        Rows rows,
        SourceDocument source,
        EmbeddingModel model,
        ExtractedDocument extracted,
        List<HashedPiece> pieces) {

    /**
     * A piece of the text.
     *
     * @param hash SHA-256 of its text, in hexadecimal
     */
    record HashedPiece(Piece piece, String hash) {}

    SplitDocument {
        pieces = List.copyOf(pieces);
    }
}
