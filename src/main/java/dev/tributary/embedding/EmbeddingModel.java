package dev.tributary.embedding;

import dev.tributary.failure.ServiceException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Port to an embedding model. Thread-safe.
 *
 * <p>A model is a function: the same text gives the same embedding, bit for bit, whatever else is
 * embedded in the same call. Caches and "unchanged" chunks rely on that.
 */
public interface EmbeddingModel extends AutoCloseable {
    /** The name that requests and collections use, such as {@code all-minilm-l6-v2}. */
    String name();

    /**
     * The name that its maker or its server gives it, such as {@code text-embedding-3-small}: the
     * same as {@link #name()} unless it was configured under another one.
     */
    default String originalName() {
        return name();
    }

    /**
     * Identifies what its embeddings depend on, for the keys of caches. It changes with the weights
     * and settings, and is the same in every process that has the same model.
     */
    default String identity() {
        return name();
    }

    /**
     * The number of components of its embeddings. A model on a server may have to be asked, which
     * takes at most a few seconds.
     *
     * @throws ServiceException {@code UNAVAILABLE} if the server must be asked and does not answer
     */
    int dimension();

    /** The dimension if it is known without asking a server; null otherwise. */
    default @Nullable Integer knownDimension() {
        return dimension();
    }

    /**
     * Most tokens that it reads at once, including special tokens. A text with no more tokens is
     * embedded as a whole.
     */
    int tokensMax();

    /**
     * Most tokens of one text that its embedding covers, special tokens counted once; the rest is
     * cut off. More than {@link #tokensMax()} if the model reads a long text in parts.
     */
    default int textTokensMax() {
        return tokensMax();
    }

    /** Where it runs, in words: {@code in process (onnx, int8)}. */
    String runtime();

    /** Why it cannot embed now, in words; null if it can. */
    default @Nullable String failure() {
        return null;
    }

    /**
     * Embeds the texts. Safe to repeat; has no side effects.
     *
     * @param texts any number of texts, including none; may contain duplicates
     * @return one embedding for each text, in order
     * @throws ServiceException {@code UNAVAILABLE} if the model is unavailable, or if its queue is
     *     full
     */
    List<Embedded> embed(List<String> texts);

    /** Embeds one text; see {@link #embed(List)}. */
    default Embedded embed(String text) {
        return embed(List.of(text)).getFirst();
    }

    /**
     * Returns the tokens of the whole text, including those beyond {@link #textTokensMax()},
     * without special tokens. Takes time linear in the length of the text.
     */
    Tokens tokenize(String text);

    /** Frees its resources. Running calls fail or finish first. */
    @Override
    default void close() {}
}
