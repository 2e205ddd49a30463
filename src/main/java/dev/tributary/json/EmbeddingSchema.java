package dev.tributary.json;

import dev.tributary.vector.Embedding;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How an embedding is described in /openapi.json. */
final class EmbeddingSchema implements ModelConverter {
    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        var resolved = Json.mapper().constructType(type.getType());
        if (resolved != null && resolved.getRawClass() == Embedding.class) {
            return schema();
        }
        return chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
    }

    private static Schema<?> schema() {
        var number = new JsonSchema();
        number.setTypes(Set.of("number"));
        number.setFormat("float");
        var array = new JsonSchema();
        array.setTypes(Set.of("array"));
        array.setItems(number);
        var base64 = new JsonSchema();
        base64.setTypes(Set.of("string"));
        base64.setContentEncoding("base64");
        var either = new JsonSchema();
        either.setOneOf(List.of(array, base64));
        either.setDescription("an array of numbers, or base64 of little-endian float32");
        return either;
    }
}
