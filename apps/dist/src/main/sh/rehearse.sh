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

unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
quiet='-Xlog:disable -Xlog:all=error:stderr'

say "rehearsing the command line"
"$jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
  $quiet -Djdk.reflect.useNativeAccessorOnly=true -XX:AOTCacheOutput="$dist/cli-$id.aot" \
  --enable-native-access=ALL-UNNAMED -cp "$(class_path cli)" io.keymantle.cli.Rehearsal >>"$log" 2>&1 ||
  say "no AOT cache for the command line (see $log)"

[ -n "$(class_path server)" ] || exit 0
say "rehearsing the broker"
stage=$(mktemp -d) || exit 1
broker=
# Ends what this script started, and nothing else.
finish() {
  [ -z "$broker" ] || kill "$broker" 2>/dev/null
  rm -rf "$stage"
}
trap finish EXIT INT TERM
export KEYMANTLE_HOME="$stage/home"

# A program of ours by its class, as the launcher starts it.
server() {
  "$jdk/bin/java" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
    -XX:+DisableAttachMechanism -Xmx256m -Xss512k $quiet -Dslf4j.internal.verbosity=ERROR \
    -Djava.library.path="$dist/lib/native" -Dorg.sqlite.lib.path="$dist/lib/native" -Dio.netty.jfr.enabled=false \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "$@"
}
cli() {
  "$jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
    $quiet -XX:AOTCache="$dist/cli-$id.aot" --enable-native-access=ALL-UNNAMED \
    -cp "$(class_path cli)" io.keymantle.cli.Main "$@"
}

classes=$(class_path server)
server -cp "$classes" io.keymantle.server.Main init </dev/null >>"$log" 2>&1 || {
  say "no AOT cache for the broker (see $log)"
  exit 0
}
server -XX:AOTCacheOutput="$dist/server-$id.aot" -cp "$classes" io.keymantle.server.Main \
  up --foreground --gateway-port 0 </dev/null >>"$log" 2>&1 &
broker=$!

waited=0
until cli status --json >"$stage/status" 2>/dev/null; do
  waited=$((waited + 1))
  if [ "$waited" -gt 120 ] || ! kill -0 "$broker" 2>/dev/null; then
    say "no AOT cache for the broker (see $log)"
    exit 0
  fi
  sleep 0.5
done
{
  cli agent add rehearsal
  printf 'a value for the rehearsal' | cli credential add rehearsal --destination http://127.0.0.1:9 --agents rehearsal
  cli run --isolate never --agent rehearsal --credential rehearsal=TOKEN -- \
    sh -c 'curl -s -m 5 -H "Authorization: Bearer $TOKEN" http://127.0.0.1:9/ || :'
  cli credential list
  cli ledger tail
  cli grant revoke --all
  cli down
} </dev/null >>"$log" 2>&1
# The JVM writes its cache while it ends.
wait "$broker"
broker=
[ -r "$dist/server-$id.aot" ] || say "no AOT cache for the broker (see $log)"
