#!/usr/bin/env bash
#
# down.sh - stop the cluster that up.sh started and remove its directory.
#
#   down.sh [--dir DIR] [--keep]
#
#   --dir DIR   state directory, as given to up.sh  [CEPH_RGW_DIR]  ${TMPDIR:-/tmp}/ceph-rgw
#   --keep      stop the processes, leave the directory (logs)
#
# Kills only the pids in DIR/run/*.pid, and each only while that process still runs with
# DIR/ceph.conf on its command line (a reused pid is left alone). Removes DIR only when
# it carries up.sh's marker file. Idempotent: nothing there is a success.

set -Eeuo pipefail
DIR=${CEPH_RGW_DIR:-${TMPDIR:-/tmp}/ceph-rgw}
KEEP=0
log() { printf '%s\n' "s3-down: $*" >&2; }
die() { log "$*"; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --dir) [ $# -ge 2 ] || die "--dir needs a value"; DIR=$2; shift 2 ;;
    --keep) KEEP=1; shift ;;
    --help|-h) awk 'NR > 2 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) die "unknown option $1 (see --help)" ;;
  esac
done
DIR=$(realpath -m -- "$DIR")
[ -e "$DIR" ] || { log "nothing at $DIR"; exit 0; }
[ -e "$DIR/.ceph-rgw-throwaway" ] || die "$DIR was not made by up.sh; not touching it"

ours() { # PID : runs with this directory's ceph.conf (a zombie has no command line)
  tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline" | grep -qxF -- "$DIR/ceph.conf"
}

# radosgw first, the mon last: each can then say goodbye to what it depends on.
for name in rgw osd.0 mon.a; do
  f=$DIR/run/$name.pid
  [ -s "$f" ] || continue
  pid=$(<"$f")
  if [[ $pid =~ ^[0-9]+$ ]] && ours "$pid" 2>/dev/null; then
    kill -TERM "$pid" 2>/dev/null || true
    for _ in $(seq 50); do ours "$pid" 2>/dev/null || break; sleep 0.1; done
    if ours "$pid" 2>/dev/null; then
      log "$name ($pid) did not stop within 5 s: SIGKILL"
      kill -KILL "$pid" 2>/dev/null || true
      for _ in $(seq 20); do ours "$pid" 2>/dev/null || break; sleep 0.1; done
    fi
    ! ours "$pid" 2>/dev/null || die "$name ($pid) is still there"
  fi
  rm -f -- "$f"
done
if [ "$KEEP" = 1 ]; then
  log "stopped; $DIR kept"
else
  rm -rf -- "$DIR"
  log "stopped; $DIR removed"
fi
