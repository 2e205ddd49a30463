package dev.tributary.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.tributary.failure.ServiceException.FieldError;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.jackson.TypeNameResolver;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.Map;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Adds to /openapi.json what is not in the controllers and their javadoc. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
    private static final String CONTROLLER = "-controller";

    /** Parameters that mean the same everywhere, for methods that do not describe them. */
    private static final Map<String, String> PARAMETERS =
            Map.of(
                    "collection", "the collection, by its name or that of an alias",
                    "namespace", "the namespace that the collection is in",
                    "id", "the id of a chunk",
                    "source_type", "the kind of source, such as document",
                    "source_id", "the source, percent-encoded: guides%2Fhnsw.md",
                    "cursor", "next_cursor of the previous page",
                    "limit", "most to return",
                    "include", "which large fields to return: content, metadata, embedding");

    @Bean
    OpenAPI openApi(Environment environment) {
        return new OpenAPI()
                .info(
                        new Info()
                                .title("Tributary")
                                .version(environment.getProperty("info.version", "unknown"))
                                .description(
                                        "Vector search, full-text search and their fusion, on"
                                                + " PostgreSQL with pgvector.")
                                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .servers(List.of(new Server().url("/").description("this service")));
    }

    /**
     * Names as Jackson writes them, because springdoc uses an older Jackson. First in order is last
     * in the chain, so every other converter runs before it.
     */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ModelResolver snakeCaseModels(ObjectMapperProvider mappers) {
        return new ModelResolver(
                        mappers.jsonMapper()
                                .copy()
                                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE),
                        new NestedNames())
                .openapi31(mappers.isOpenapi31());
    }

    @Bean
    ModelConverter javadocSchemas() {
        return new JavadocSchemas();
    }

    /** Names a nested type after its enclosing type, as there are several types called Result. */
    private static final class NestedNames extends TypeNameResolver {
        @Override
        protected String getNameOfClass(Class<?> type) {
            Class<?> outer = type.getDeclaringClass();
            return outer == null || type == FieldError.class
                    ? type.getSimpleName()
                    : outer.getSimpleName() + type.getSimpleName();
        }
    }

    /** Operation ids that do not depend on the order of controllers, such as putCollection. */
    @Bean
    OperationCustomizer operationIds() {
        return (operation, handler) -> {
            String controller = handler.getBeanType().getSimpleName();
            return operation.operationId(
                    handler.getMethod().getName() + controller.replace("Controller", ""));
        };
    }

    @Bean
    OpenApiCustomizer problemsAndTags() {
        return api -> {
            addProblem(api);
            api.getPaths()
                    .values()
                    .forEach(path -> path.readOperations().forEach(OpenApiConfiguration::complete));
            if (api.getTags() != null) {
                api.getTags().forEach(tag -> tag.setName(withoutController(tag.getName())));
            }
        };
    }

    private static void addProblem(OpenAPI api) {
        ModelConverters.getInstance(true)
                .resolveAsResolvedSchema(new AnnotatedType(Problem.class))
                .referencedSchemas
                .forEach(api.getComponents()::addSchemas);
    }

    private static void complete(Operation operation) {
        describeParameters(operation);
        operation.setTags(
                operation.getTags().stream().map(OpenApiConfiguration::withoutController).toList());
        var problem = new Schema<>().$ref("#/components/schemas/Problem");
        operation
                .getResponses()
                .addApiResponse(
                        "default",
                        new ApiResponse()
                                .description("why the request failed")
                                .content(
                                        new Content()
                                                .addMediaType(
                                                        Problem.MEDIA_TYPE,
                                                        new MediaType().schema(problem))));
    }

    private static void describeParameters(Operation operation) {
        if (operation.getParameters() == null) {
            return;
        }
        for (Parameter parameter : operation.getParameters()) {
            if (parameter.getDescription() == null || parameter.getDescription().isBlank()) {
                parameter.setDescription(PARAMETERS.get(parameter.getName()));
            }
        }
    }

    private static String withoutController(String tag) {
        return tag.endsWith(CONTROLLER)
                ? tag.substring(0, tag.length() - CONTROLLER.length())
                : tag;
    }
}
