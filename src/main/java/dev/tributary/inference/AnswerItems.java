package dev.tributary.inference;

import java.util.BitSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The list in a server's answer: one item for each input, which it names by its {@code index}. The
 * components are words for messages.
 *
 * @param one one item, such as {@code an embedding}
 * @param several several items, such as {@code embeddings}
 * @param inputs the inputs, such as {@code texts}
 */
public record AnswerItems(String one, String several, String inputs) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /**
     * A server sent an invalid answer. The message says what it was, to follow the word "answered".
     */
    public static final class UnreadableAnswerException extends Exception {
        private static final long serialVersionUID = 1L;

        public UnreadableAnswerException(String message) {
            super(message);
        }

        private UnreadableAnswerException(JacksonException cause) {
            super("a body that is not JSON", cause);
        }
    }

    /** Takes an item, and the index of its input, from 0. */
    public interface Reader {
        void read(int index, JsonNode item) throws UnreadableAnswerException;
    }

    /**
     * Reads the items in the order of the answer.
     *
     * @param field field of the answer that has the list; empty if the answer is the list
     * @param count number of inputs
     * @throws UnreadableAnswerException if the answer is not JSON, or does not have exactly one
     *     item for each input; its cause may quote the answer
     */
    public void read(byte[] answer, String field, int count, Reader reader)
            throws UnreadableAnswerException {
        JsonNode list = list(answer, field);
        if (!list.isArray() || list.size() != count) {
            throw new UnreadableAnswerException(
                    list.isArray()
                            ? "%,d %s for %,d %s".formatted(list.size(), several, count, inputs)
                            : "JSON without a list of " + several);
        }
        var seen = new BitSet(count);
        for (JsonNode item : list) {
            JsonNode index = item.path("index");
            if (!index.canConvertToInt() || index.intValue() < 0 || index.intValue() >= count) {
                throw new UnreadableAnswerException(one + " without an index in range");
            }
            if (seen.get(index.intValue())) {
                throw new UnreadableAnswerException(
                        "two " + several + " with index " + index.intValue());
            }
            seen.set(index.intValue());
            reader.read(index.intValue(), item);
        }
    }

    private static JsonNode list(byte[] answer, String field) throws UnreadableAnswerException {
        try {
            JsonNode body = MAPPER.readTree(answer);
            return field.isEmpty() ? body : body.path(field);
        } catch (JacksonException e) {
            throw new UnreadableAnswerException(e);
        }
    }
}
