package dev.tributary.json;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.module.SimpleModule;

/**
 * Reads {@code 10.0} and {@code 1e1} as the integer 10: languages without integers write it so, and
 * JSON has one kind of number. A number with a fraction is refused.
 */
public final class WholeNumbers {
    private WholeNumbers() {}

    /** Reads every integer field so. */
    static SimpleModule module() {
        var module = new SimpleModule("whole numbers");
        module.setDeserializerModifier(
                new ValueDeserializerModifier() {
                    @Override
                    public ValueDeserializer<?> modifyDeserializer(
                            DeserializationConfig config,
                            BeanDescription.Supplier type,
                            ValueDeserializer<?> deserializer) {
                        Class<?> raw = type.getBeanClass();
                        boolean isInteger =
                                raw == int.class
                                        || raw == Integer.class
                                        || raw == long.class
                                        || raw == Long.class;
                        return isInteger ? new Reader(deserializer) : deserializer;
                    }
                });
        return module;
    }

    /** True if the parser is at a number without a fraction, however it is written. */
    public static boolean isWhole(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return true;
        }
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_FLOAT || parser.isNaN()) {
            return false;
        }
        BigDecimal value = parser.getDecimalValue();
        return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
    }

    /** Jackson refuses every number with a point or an exponent; what is out of range as well. */
    private static final class Reader extends DelegatingDeserializer {
        Reader(ValueDeserializer<?> integers) {
            super(integers);
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> integers) {
            return new Reader(integers);
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_FLOAT || !isWhole(parser)) {
                return super.deserialize(parser, context);
            }
            boolean isInt = handledType() == int.class || handledType() == Integer.class;
            return isInt ? (Object) parser.getIntValue() : (Object) parser.getLongValue();
        }
    }
}
