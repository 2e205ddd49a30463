package dev.tributary.embedding;

import dev.tributary.embedding.ModelSettings.Encoding;
import dev.tributary.failure.ServiceException;
import dev.tributary.inference.AnswerItems;
import dev.tributary.inference.AnswerItems.UnreadableAnswerException;
import dev.tributary.vector.Embedding;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The client side of OpenAI's {@code POST /v1/embeddings}.
 *
 * @param model name of the model on the server
 * @param dimensions dimensions to request; null for the model's own
 * @param encoding encoding to request; an answer in either is accepted
 */
record EmbeddingProtocol(String model, @Nullable Integer dimensions, Encoding encoding) {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final AnswerItems ITEMS = new AnswerItems("an embedding", "embeddings", "texts");

    /** Writes the body of a call. Halves of surrogate pairs become U+FFFD. */
    byte[] request(List<String> texts) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("input", texts.stream().map(TextTokenizer::wellFormed).toList());
        body.put("encoding_format", encoding.name().toLowerCase(Locale.ROOT));
        if (dimensions != null) {
            body.put("dimensions", dimensions);
        }
        return MAPPER.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the embeddings from an answer.
     *
     * @param count number of texts that were sent
     * @return one embedding for each text, in order, all with the same dimension and a direction
     * @throws UnreadableAnswerException if the answer has anything else
     */
    static List<Embedding> embeddings(byte[] answer, int count) throws UnreadableAnswerException {
        var all = new Embedding[count];
        ITEMS.read(answer, "data", count, (i, item) -> all[i] = embedding(item.path("embedding")));
        List<Embedding> inOrder = List.of(all);
        if (inOrder.stream().mapToInt(Embedding::dimension).distinct().count() > 1) {
            throw new UnreadableAnswerException("embeddings of different dimensions");
        }
        return inOrder;
    }

    private static Embedding embedding(JsonNode node) throws UnreadableAnswerException {
        float[] components = node.isString() ? decoded(node.stringValue()) : numbers(node);
        try {
            Embedding embedding = Embedding.copyOf(components);
            if (embedding.hasDirection()) {
                return embedding;
            }
        } catch (ServiceException e) {
            throw new UnreadableAnswerException("an invalid embedding: " + e.getMessage());
        }
        throw new UnreadableAnswerException("an embedding of zeros");
    }

    private static float[] decoded(String base64) throws UnreadableAnswerException {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (bytes.length % Float.BYTES == 0) {
                return Embedding.fromBytes(bytes);
            }
        } catch (IllegalArgumentException e) {
            throw new UnreadableAnswerException("an embedding that is not base64");
        }
        throw new UnreadableAnswerException("an embedding that is not made of float32");
    }

    private static float[] numbers(JsonNode array) throws UnreadableAnswerException {
        float[] components = new float[array.isArray() ? array.size() : 0];
        int i = 0;
        for (JsonNode number : array) {
            if (!number.isNumber()) {
                throw new UnreadableAnswerException("an embedding that is not made of numbers");
            }
            components[i++] = (float) number.doubleValue();
        }
        return components;
    }
}
