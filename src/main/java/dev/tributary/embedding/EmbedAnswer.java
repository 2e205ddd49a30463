package dev.tributary.embedding;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tributary.vector.Embedding;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Embeddings, in the shape of OpenAI's {@code POST /v1/embeddings}.
 *
 * @param object always {@code list}
 * @param data one embedding for each text, in order
 * @param model the model that computed them
 * @param usage how many tokens were read
 * @param truncated the texts that were longer than the model can read; absent if there are none
 */
record EmbedAnswer(
        String object,
        List<EmbedItem> data,
        String model,
        EmbedUsage usage,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<TruncatedText> truncated) {

    /**
     * The embedding of one text.
     *
     * @param object always {@code embedding}
     * @param index index of the text in the request, from 0
     * @param embedding an array of numbers, or base64 of little-endian float32
     */
    record EmbedItem(
            String object,
            int index,
            @Schema(oneOf = {float[].class, String.class}) Object embedding) {}

    /**
     * How many tokens were read.
     *
     * @param promptTokens tokens that the model read; special tokens are counted once per text
     * @param totalTokens the same number, as in OpenAI's responses
     */
    record EmbedUsage(long promptTokens, long totalTokens) {}

    /**
     * A text that is longer than the model can read.
     *
     * @param index index of the text in the request, from 0
     * @param tokens tokens of the whole text; special tokens are counted once
     * @param tokensMax most tokens that the model reads of a text
     */
    record TruncatedText(int index, int tokens, int tokensMax) {}

    /** Builds the answer to a request whose texts have these embeddings. */
    static EmbedAnswer of(EmbeddingModel model, List<Embedded> embedded, boolean base64) {
        int tokensMax = model.textTokensMax();
        long read = embedded.stream().mapToLong(one -> Math.min(one.tokens(), tokensMax)).sum();
        return new EmbedAnswer(
                "list",
                IntStream.range(0, embedded.size())
                        .mapToObj(i -> item(i, embedded.get(i).embedding(), base64))
                        .toList(),
                model.name(),
                new EmbedUsage(read, read),
                IntStream.range(0, embedded.size())
                        .filter(i -> embedded.get(i).truncated())
                        .mapToObj(i -> new TruncatedText(i, embedded.get(i).tokens(), tokensMax))
                        .toList());
    }

    private static EmbedItem item(int index, Embedding embedding, boolean base64) {
        float[] components = embedding.toArray();
        return new EmbedItem(
                "embedding",
                index,
                base64
                        ? Base64.getEncoder().encodeToString(Embedding.toBytes(components))
                        : components);
    }
}
