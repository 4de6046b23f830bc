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
lean='-Djdk.reflect.useNativeAccessorOnly=true'
if [ -r /proc/self/stat ]; then
  lean="$lean -Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider"
fi

say "rehearsing the command line"
"$jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
  $quiet $lean -XX:AOTCacheOutput="$dist/cli-$id.aot" \
  --enable-native-access=ALL-UNNAMED -cp "$(class_path cli)" io.keymantle.cli.Rehearsal >>"$log" 2>&1 ||
  say "no AOT cache for the command line (see $log)"

[ -n "$(class_path server)" ] || exit 0
say "rehearsing the broker"
stage=$(mktemp -d) || exit 1
broker=
service=
# Ends what this script started, and nothing else.
finish() {
  [ -z "$broker" ] || kill "$broker" 2>/dev/null
  [ -z "$service" ] || kill "$service" 2>/dev/null
  rm -rf "$stage"
}
trap finish EXIT INT TERM
export KEYMANTLE_HOME="$stage/home"

# A program of ours by its class, as the launcher starts it.
server() {
  "$jdk/bin/java" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
    -XX:+DisableAttachMechanism -Xmx256m -Xss512k $quiet $lean \
    -Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider -Dslf4j.internal.verbosity=ERROR \
    -Djava.library.path="$dist/lib/native" -Dorg.sqlite.lib.path="$dist/lib/native" -Dio.netty.jfr.enabled=false \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "$@"
}
cli() {
  "$jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
    $quiet -XX:AOTCache="$dist/cli-$id.aot" --enable-native-access=ALL-UNNAMED \
    -cp "$(class_path cli)" io.keymantle.cli.Main "$@"
}

# Waits until the broker answers; without one there is no rehearsal.
await_broker() {
  waited=0
  until cli status --json >"$stage/status" 2>/dev/null; do
    waited=$((waited + 1))
    if [ "$waited" -gt 300 ] || ! kill -0 "$broker" 2>/dev/null; then
      say "no AOT cache for the broker (see $log)"
      exit 0
    fi
    sleep 0.2
  done
}

classes=$(class_path server)
server -cp "$classes" io.keymantle.server.Main init </dev/null >>"$log" 2>&1 || {
  say "no AOT cache for the broker (see $log)"
  exit 0
}

# A first one, so that the one that is recorded finds what an earlier one left behind.
server -cp "$classes" io.keymantle.server.Main up --foreground --gateway-port 0 </dev/null >>"$log" 2>&1 &
broker=$!
await_broker
cli down >>"$log" 2>&1
wait "$broker"
broker=

# A service for the broker to reach over TLS, so that handshakes and replies are rehearsed as well.
token='a value for the rehearsal'
mkfifo "$stage/end"
"$jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$(class_path demo)" io.keymantle.demo.Rehearsal \
  "$stage" "$token" <"$stage/end" >>"$log" 2>&1 &
service=$!
exec 3>"$stage/end"
waited=0
until [ -r "$stage/port" ]; do
  waited=$((waited + 1))
  if [ "$waited" -gt 300 ] || ! kill -0 "$service" 2>/dev/null; then
    say "no AOT cache for the broker (see $log)"
    exit 0
  fi
  sleep 0.1
done
port=$(cat "$stage/port")

# Without profiles: they are megabytes in memory, and the broker's start is none the quicker.
server -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput="$dist/server-$id.aot" \
  -cp "$classes" io.keymantle.server.Main up --foreground --gateway-port 0 --upstream-ca "$stage/service.pem" --resolve "api.demo.test:$port:127.0.0.1" \
  </dev/null 3>&- >>"$log" 2>&1 &
broker=$!

await_broker
{
  cli agent add rehearsal
  printf %s "$token" |
    cli credential add rehearsal --destination "https://api.demo.test:$port" --agents rehearsal
  # Some requests on connections of their own, and many on one.
  cli run --isolate never --agent rehearsal --credential rehearsal=TOKEN -- sh -c '
    for path in issues issues issues echo echo/encoded echo/gzip redirect; do
      curl -s -m 5 -H "Authorization: Bearer $TOKEN" "https://api.demo.test:$0/$path" || :
    done
    curl -s -m 20 -H "Authorization: Bearer $TOKEN" "https://api.demo.test:$0/issues?[1-500]" || :' "$port" >"$stage/replies"
  cli credential list
  cli ledger tail
  cli grant revoke --all
  cli down
} </dev/null >>"$log" 2>&1
# The JVM writes its cache while it ends.
wait "$broker"
broker=
exec 3>&-
[ -r "$dist/server-$id.aot" ] || say "no AOT cache for the broker (see $log)"
