package dev.tributary.web;

import com.fasterxml.jackson.databind.JavaType;
import com.github.therapi.runtimejavadoc.Comment;
import com.github.therapi.runtimejavadoc.CommentFormatter;
import com.github.therapi.runtimejavadoc.ParamJavadoc;
import com.github.therapi.runtimejavadoc.RuntimeJavadoc;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Describes the fields of a record by its javadoc, by that of the interface that declares them, or
 * by that of their type, and writes constants as in JSON. Springdoc does the first only for names
 * of one word.
 */
final class JavadocSchemas implements ModelConverter {
    private static final CommentFormatter FORMATTER = new CommentFormatter();

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        if (!chain.hasNext()) {
            return null;
        }
        Schema<?> schema = chain.next().resolve(type, context, chain);
        JavaType java = Json.mapper().constructType(type.getType());
        if (schema == null || java == null) {
            return schema;
        }
        Class<?> raw = java.getRawClass();
        if (raw.isEnum()) {
            spell(schema, raw);
        }
        if (raw.isRecord()) {
            describe(definition(schema, context), raw);
        }
        return schema;
    }

    private static Schema<?> definition(Schema<?> schema, ModelConverterContext context) {
        String ref = schema.get$ref();
        Schema<?> defined =
                ref == null
                        ? null
                        : context.getDefinedModels().get(ref.substring(ref.lastIndexOf('/') + 1));
        return defined == null ? schema : defined;
    }

    @SuppressWarnings("unchecked")
    private static void spell(Schema<?> schema, Class<?> type) {
        ((Schema<Object>) schema)
                .setEnum(
                        Arrays.stream(type.getEnumConstants())
                                .map(it -> (Object) JsonNames.ofConstant(((Enum<?>) it).name()))
                                .toList());
    }

    @SuppressWarnings("rawtypes")
    private static void describe(Schema<?> schema, Class<?> type) {
        Map<String, Schema> properties = schema.getProperties();
        if (properties == null) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            Schema<?> property = properties.get(JsonNames.snake(component.getName()));
            String text = text(type, component);
            if (property != null && !text.isBlank()) {
                property.setDescription(text);
            }
        }
    }

    private static String text(Class<?> type, RecordComponent component) {
        for (ParamJavadoc param : RuntimeJavadoc.getJavadoc(type).getRecordComponents()) {
            if (param.getName().equals(component.getName())) {
                return format(param.getComment());
            }
        }
        for (Class<?> named : type.getInterfaces()) {
            for (Method method : named.getMethods()) {
                if (method.getName().equals(component.getName())
                        && method.getParameterCount() == 0) {
                    return format(RuntimeJavadoc.getJavadoc(method).getComment());
                }
            }
        }
        Class<?> of = component.getType();
        return of.isRecord() ? format(RuntimeJavadoc.getJavadoc(of).getComment()) : "";
    }

    private static String format(Comment comment) {
        return FORMATTER.format(comment).replaceAll("\\s+", " ").strip();
    }
}
