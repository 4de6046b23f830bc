#!/bin/sh
# Puts together what the launcher starts from: the jars, the class paths of the three programs, and
# an AOT cache for each that can be rehearsed. Called by Maven in the package phase.
#
# Every file of an earlier build is removed first, and a cache carries the hash of all jars in its
# name: JDK 25.0.3 runs old code from a cache whose jars have changed (JDK-8377932).
set -eu

version=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
dist=$here/target/keymantle
fresh=$here/target/keymantle.new

say() {
  printf '[keymantle] %s\n' "$*"
}

rm -rf "$fresh"
mkdir -p "$fresh/lib"

# Copies a program's own jar and all that it needs; prints the class path by file names.
collect() {
  jar=$root/apps/$1/target/keymantle-$1-$version.jar
  [ -f "$jar" ] || return 0
  cp -p "$jar" "$fresh/lib/"
  printf '%s' "keymantle-$1-$version.jar"
  old_ifs=$IFS
  IFS=:
  for needed in $(cat "$root/apps/$1/target/class-path.txt"); do
    # A room without code yet is a folder or has no jar.
    [ -f "$needed" ] || continue
    [ -f "$fresh/lib/${needed##*/}" ] || cp -p "$needed" "$fresh/lib/"
    printf ':%s' "${needed##*/}"
  done
  IFS=$old_ifs
}

jdk=$("$root/keymantle" --find-jdk)
build=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"$/\1/p' "$jdk/release")

say "collecting programs"
cli=$(collect cli)
server=$(collect server)
# The SQLite driver looks for its version among the files of the class path: whatever jars stand before
# its own are opened at each start.
driver=$(printf %s "$server" | tr ':' '\n' | grep '^sqlite-jdbc-') || driver=
server=${driver:+$driver:}$(printf %s "$server" | tr ':' '\n' | grep -v '^sqlite-jdbc-' | paste -s -d : -)
demo=$(collect demo)
"$jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "$here/src/main/java/io/keymantle/dist/Repack.java" "$fresh"/lib/*.jar

# Native libraries of this machine, unpacked once instead of at each start. Where there are none, or
# for another machine, the jars unpack their own.
mkdir "$fresh/lib/native"
case $(uname -s)/$(uname -m) in
  Linux/x86_64) natives='org/sqlite/native/Linux/x86_64 netty_tcnative_linux_x86_64 netty_transport_native_epoll_x86_64' ;;
  Linux/aarch64) natives='org/sqlite/native/Linux/aarch64 netty_tcnative_linux_aarch_64 netty_transport_native_epoll_aarch_64' ;;
  *) natives='' ;;
esac
for native in $natives; do
  case $native in
    */*) jars=sqlite-jdbc-*.jar member=$native/libsqlitejdbc.so ;;
    *) jars=netty-*-linux-*.jar member=META-INF/native/lib$native.so ;;
  esac
  for jar in "$fresh"/lib/$jars; do
    (cd "$fresh/lib/native" && "$jdk/bin/jar" xf "$jar" "$member")
  done
  mv "$fresh/lib/native/$member" "$fresh/lib/native/"
  rm -rf "$fresh/lib/native/org" "$fresh/lib/native/META-INF"
done

# Linux has the one, macOS the other.
digest() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi
}
id=$(cd "$fresh/lib" && cat ./*.jar | digest | cut -c1-16)

{
  printf 'id=%s\n' "$id"
  printf 'jdk=%s\n' "$jdk"
  printf 'build=%s\n' "$build"
  printf 'cli=%s\n' "$cli"
  printf 'server=%s\n' "$server"
  printf 'demo=%s\n' "$demo"
} >"$fresh/launch"

# The caches record absolute paths, so they are made where they will be used.
rm -rf "$dist"
mv "$fresh" "$dist"

sh "$here/src/main/sh/rehearse.sh" "$jdk" "$dist" "$id" || say "continuing without AOT caches"
say "assembled"
