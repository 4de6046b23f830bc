#!/bin/sh
# Makes the AOT caches by running each program once with its everyday work. A program that cannot be
# rehearsed here starts without a cache, only slower.
set -u

jdk=$1
dist=$2
id=$3
log=$dist/rehearsal.log

say() {
  printf '[keymantle] %s\n' "$*"
}

# The class path of a program, whole.
class_path() {
  sed -n "s/^$1=//p" "$dist/launch" | tr ':' '\n' | sed "s|^|$dist/lib/|" | paste -s -d : -
}

unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH

say "rehearsing the command line"
"$jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
  -Xlog:disable -Xlog:all=error:stderr -XX:AOTCacheOutput="$dist/cli-$id.aot" \
  --enable-native-access=ALL-UNNAMED -cp "$(class_path cli)" io.keymantle.cli.Rehearsal >>"$log" 2>&1 \
  || say "no AOT cache for the command line (see $log)"
