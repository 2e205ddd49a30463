package dev.tributary.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import org.springframework.boot.jackson.autoconfigure.JsonFactoryBuilderCustomizer;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** How JSON is read and written: strictly, and in snake_case. */
@Configuration(proxyBeanMethods = false)
class JsonConfiguration {
    /** Deep enough for a filter of 200 levels to reach the check that names its limit. */
    private static final int NESTING_DEPTH_MAX = 500;

    @Bean
    JsonFactoryBuilderCustomizer jsonSyntax(WebProperties properties) {
        int bodyMax = Math.toIntExact(properties.bodyMax().toBytes());
        return builder ->
                builder.streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(NESTING_DEPTH_MAX)
                                        .maxStringLength(bodyMax)
                                        .build())
                        .enable(
                                StreamReadFeature.STRICT_DUPLICATE_DETECTION,
                                StreamReadFeature.USE_FAST_DOUBLE_PARSER,
                                StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
                        .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                        // So that an embedding with NaN gets a specific error.
                        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);
    }

    @Bean
    JsonMapperBuilderCustomizer jsonBinding() {
        return builder -> {
            names(builder);
            strictness(builder);
            // Metadata keeps numbers as they were written.
            builder.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .changeDefaultPropertyInclusion(inclusion ->
                            inclusion.withValueInclusion(JsonInclude.Include.NON_NULL));
        };
    }

    private static void names(JsonMapper.Builder builder) {
        builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enumNamingStrategy((config, type, name) -> JsonNames.ofConstant(name))
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY);
    }

    private static void strictness(JsonMapper.Builder builder) {
        builder.enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .withCoercionConfigDefaults(coercion ->
                        coercion.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.EmptyArray, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Textual,
                        coercion ->
                                coercion.setCoercion(
                                                CoercionInputShape.Integer, CoercionAction.Fail)
                                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                        .setCoercion(
                                                CoercionInputShape.Boolean, CoercionAction.Fail))
                .withConfigOverride(
                        List.class,
                        list -> list.setNullHandling(JsonSetter.Value.forContentNulls(Nulls.FAIL)));
    }
}
