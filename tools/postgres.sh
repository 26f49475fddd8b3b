#!/usr/bin/env bash
# Runs a command against a private, throw-away PostgreSQL server.
#
#   tools/postgres.sh COMMAND [ARGUMENT...]
#
# The cluster lives in a new temporary directory, listens on a free loopback port with a random password, is told to
# forget about durability (it is deleted in a minute), and is stopped and removed when the command ends. The command
# finds it in DATABASE_URL. Exit code: the command's, or 69 when no PostgreSQL can be had.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -gt 0 ] || { sed -n '2,8p' "${BASH_SOURCE[0]}" >&2; exit 64; }

"$here/need.sh" postgresql || exit 69
# The newest version wins; Debian keeps the server's programs out of PATH.
bin=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1 || true)
bin=$(dirname "${bin:-$(command -v initdb)}")

home=$(mktemp -d "${TMPDIR:-/tmp}/openrounds-postgres.XXXXXX")
server=

stop() {
    trap - EXIT
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true  # "fast" shutdown: end the sessions, then stop
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# PostgreSQL refuses to run as root.
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
    owner=$(id -un postgres 2>/dev/null || echo nobody)
    as_owner=(setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups)
fi

password=$(head -c 18 /dev/urandom | base64 | tr '+/' '-_')
port=$("${PYTHON:-python3}" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
echo "$password" >"$home/password"
[ ${#as_owner[@]} -eq 0 ] || chown -R "$owner" "$home"

cd "$home"
"${as_owner[@]}" "$bin/initdb" --pgdata="$home/data" --username=openrounds --pwfile="$home/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$home/initdb.log" 2>&1 \
    || { cat "$home/initdb.log" >&2; exit 69; }
"${as_owner[@]}" "$bin/postgres" -D "$home/data" -k "$home" -h 127.0.0.1 -p "$port" \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB \
    -c max_connections=200 -c autovacuum_naptime=10min >"$home/server.log" 2>&1 &
server=$!
cd "$OLDPWD"

for _ in $(seq 150); do
    "$bin/pg_isready" --quiet --host=127.0.0.1 --port="$port" && break
    kill -0 "$server" 2>/dev/null || { cat "$home/server.log" >&2; exit 69; }
    sleep 0.1
done
"$bin/pg_isready" --quiet --host=127.0.0.1 --port="$port" || { cat "$home/server.log" >&2; exit 69; }
PGPASSWORD=$password "$bin/createdb" --host=127.0.0.1 --port="$port" --username=openrounds openrounds

echo "PostgreSQL $("$bin/postgres" --version | grep -oE '[0-9]+(\.[0-9]+)?' | head -n 1) on 127.0.0.1:$port"
# In the background and waited for, so that a signal stops the server at once and not when the command is through.
DATABASE_URL="postgresql://openrounds:$password@127.0.0.1:$port/openrounds" "$@" &
command=$!
trap 'kill -TERM "$command" 2>/dev/null || true; wait "$command" 2>/dev/null || true; exit 143' INT TERM
wait "$command"
