package dev.tributary.security;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import java.util.Arrays;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/** Describes in /openapi.json the parameter that a {@link Caller} is resolved from. */
@Component
class CallerDescription implements OperationCustomizer {
    CallerDescription() {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
    }

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        // Two methods with the same path and verb are one operation, which is customized twice.
        if (!isDescribed(operation)
                && Arrays.stream(handler.getMethodParameters())
                        .anyMatch(CallerResolver::isInQuery)) {
            operation.addParametersItem(
                    new QueryParameter()
                            .name(CallerResolver.PARAMETER)
                            .description("the namespace to look in")
                            .required(false)
                            .schema(new StringSchema()._default(Caller.NAMESPACE_DEFAULT)));
        }
        return operation;
    }

    private static boolean isDescribed(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(it -> CallerResolver.PARAMETER.equals(it.getName()));
    }
}
