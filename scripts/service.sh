# shellcheck shell=bash
# For scripts/run and scripts/bench, which source it from the project's root: how the service is built and started.

home=.tributary
jar=$home/tributary.jar # not the one in target, which a build may replace under a running service

# Builds the service if its sources are newer. Two that want it at the same time build it once.
build_service() {
    mkdir -p "$home"
    {
        ! command -v flock >/dev/null || flock 8
        [[ ! -f $jar || -n $(find pom.xml src/main db -newer "$jar") ]] || return 0
        echo "building (a minute or two the first time)" >&2
        rm -f target/tributary-*.jar
        touch "$home/build-started"
        scripts/mvn -q package -Dmaven.test.skip=true -Dspotless.check.skip=true 8>&- >&2
        cp target/tributary-*.jar "$jar.new"
        touch -r "$home/build-started" "$jar.new"
        mv "$jar.new" "$jar"
    } 8>>"$home/build.lock"
}

# Sets the array service_command. TRIBUTARY_JAVA_OPTS replaces the heap setting.
service_command() { # JAVA
    local options
    read -ra options <<<"${TRIBUTARY_JAVA_OPTS:--Xmx1g}"
    # shellcheck disable=SC2034 # read by those who source this
    service_command=("$1" -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED "${options[@]}" -jar "$jar")
}
