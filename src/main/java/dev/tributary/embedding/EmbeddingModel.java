package dev.tributary.embedding;

import dev.tributary.failure.ServiceException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Port to an embedding model. Thread-safe.
 *
 * <p>A model is a function: the same text gives the same embedding, bit for bit, whatever is
 * embedded with it. Caches and "unchanged" chunks rest on that.
 */
public interface EmbeddingModel extends AutoCloseable {
    /** The name that requests and collections use, such as {@code all-minilm-l6-v2}. */
    String name();

    /**
     * What its embeddings depend on: changes with its weights and settings, and is the same in
     * every process that has the same model. For the keys of caches.
     */
    default String identity() {
        return name();
    }

    /**
     * The number of components of its embeddings. A model on a server may have to be asked, which
     * takes a few seconds at most.
     *
     * @throws ServiceException {@code UNAVAILABLE} if it must be asked and does not answer
     */
    int dimension();

    /** The same without asking; null if it is not known yet. */
    default @Nullable Integer knownDimension() {
        return dimension();
    }

    /**
     * Most tokens that it reads at once, special tokens included: a text of no more is embedded as
     * one.
     */
    int tokensMax();

    /**
     * Most tokens of one text that its embedding knows, special tokens counted once; the rest is
     * cut off. More than {@link #tokensMax()} where the model reads a long text in parts.
     */
    default int textTokensMax() {
        return tokensMax();
    }

    /** Where it runs, for people: {@code in process (onnx, int8)}. */
    String runtime();

    /** Why it cannot embed now, for people; null while it can. */
    default @Nullable String failure() {
        return null;
    }

    /**
     * Embeds the texts. Repeatable, and without effect on the outside.
     *
     * @param texts any number, none included; may repeat
     * @return one for each text, in their order
     * @throws ServiceException {@code UNAVAILABLE} if the model is away, or busy with more texts
     *     than may wait
     */
    List<Embedded> embed(List<String> texts);

    /** Embeds one text; see {@link #embed(List)}. */
    default Embedded embed(String text) {
        return embed(List.of(text)).getFirst();
    }

    /**
     * Returns the tokens of the whole text, also beyond {@link #textTokensMax()}, without special
     * ones. Takes time linear in the text's length.
     */
    Tokens tokenize(String text);

    /** Frees what it holds; calls that are under way fail or end first. */
    @Override
    default void close() {}
}
