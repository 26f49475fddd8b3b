#!/usr/bin/env bash
# Makes sure that programs which are not Python packages are there.
#
#   tools/need.sh chromium ffmpeg wrk postgresql venv
#
# What is missing is installed when this is Debian (or a relative) and we are root; otherwise the command that installs
# it is printed and the exit code is 69. Nothing happens, and nothing is asked of the network, when all is there.
set -euo pipefail

python=${PYTHON:-python3}

present() {
    case $1 in
        postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null ;;
        venv) "$python" -c 'import ensurepip, venv' 2>/dev/null ;;
        unshare) command -v unshare >/dev/null && command -v ip >/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

# The Debian packages that bring a program. chromium needs a font to draw text with, or pages come out blank.
packages() {
    case $1 in
        chromium) echo chromium fonts-dejavu-core ;;
        venv) echo python3-venv ;;
        unshare) echo util-linux iproute2 ;;
        *) echo "$1" ;;
    esac
}

missing=()
for program in "$@"; do
    present "$program" || missing+=("$program")
done
[ ${#missing[@]} -eq 0 ] && exit 0

wanted=()
for program in "${missing[@]}"; do
    read -ra names <<<"$(packages "$program")"
    wanted+=("${names[@]}")
done

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${wanted[*]} ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    # Debian starts a cluster of its own when PostgreSQL is installed; ours is private, so that one is not wanted.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
    if ! { apt-get update && apt-get install --yes --no-install-recommends "${wanted[@]}"; } </dev/null >"$log" 2>&1; then
        tail -n 20 "$log" >&2
    fi
fi

absent=()
for program in "${missing[@]}"; do
    present "$program" || absent+=("$program")
done
[ ${#absent[@]} -eq 0 ] && exit 0

cat >&2 <<TEXT
Missing: ${absent[*]}
On Debian or Ubuntu, this installs it:   sudo apt-get install ${wanted[*]}
TEXT
exit 69
