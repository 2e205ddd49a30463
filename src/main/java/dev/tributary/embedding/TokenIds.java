package dev.tributary.embedding;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.IntArrayList;
import dev.tributary.failure.ServiceException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Texts that a client sends as token ids, as OpenAI's API allows. The ids say nothing of the
 * tokenizer that they are from, so they are read only where the name of the model does.
 */
final class TokenIds {
    /** Loads the vocabulary of an encoding when it is first asked for. */
    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();

    private TokenIds() {}

    /** True for an array of numbers: one text. */
    static boolean isText(JsonNode node) {
        return node.isArray() && !node.isEmpty() && node.get(0).isNumber();
    }

    /**
     * Returns the text.
     *
     * @param ids an array that begins with a number
     * @throws ServiceException {@code INVALID} if the model is not one of OpenAI's, or if it has no
     *     such token
     */
    static String decode(String field, JsonNode ids, EmbeddingModel model) {
        Encoding encoding =
                known(model.name())
                        .or(() -> known(model.originalName()))
                        .orElseThrow(() -> refusal(model));
        var tokens = new IntArrayList(ids.size());
        for (JsonNode id : ids) {
            if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                throw ServiceException.invalid(field, "must be a string or an array of token ids");
            }
            tokens.add(id.intValue());
        }
        try {
            return encoding.decode(tokens);
        } catch (NullPointerException _) {
            // What the library throws for a token that its vocabulary does not have.
            throw ServiceException.invalid(
                    field, "has a token id that is not in " + encoding.getName());
        }
    }

    private static Optional<Encoding> known(String model) {
        return ENCODINGS.getEncodingForModel(model);
    }

    private static ServiceException refusal(EmbeddingModel model) {
        return ServiceException.invalid(
                        "input",
                        "is made of token ids, which %s does not take: must be text"
                                .formatted(model.name()))
                .withHint(
                        "send the text itself: token ids differ from model to model; in LangChain,"
                                + " OpenAIEmbeddings(check_embedding_ctx_length=False) does so");
    }
}
