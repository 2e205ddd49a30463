FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY .mvn .mvn
COPY pom.xml ./
COPY db db
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -q package -Dmaven.test.skip=true -Dspotless.check.skip=true \
    && mv target/tributary-*.jar tributary.jar \
    && java -Djarmode=tools -jar tributary.jar extract --layers --destination layers

# Not Alpine: the native libraries of ONNX Runtime need glibc.
FROM eclipse-temurin:25-jre
# The tokenizer unpacks its native library into the home directory.
RUN useradd --system --create-home --uid 10001 tributary
WORKDIR /opt/tributary
# Seldom changed layers first.
COPY --from=build /build/layers/dependencies ./
COPY --from=build /build/layers/snapshot-dependencies ./
COPY --from=build /build/layers/application ./
USER tributary
EXPOSE 8080
# Half of the container's memory for the heap: the embedding model lives outside it.
ENTRYPOINT ["java", "-XX:+UseCompactObjectHeaders", "-XX:MaxRAMPercentage=50", "--enable-native-access=ALL-UNNAMED", "-jar", "tributary.jar"]
# By bash: the image has no curl.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200'"]
