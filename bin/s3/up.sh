#!/usr/bin/env bash
#
# up.sh - start a throwaway single-node Ceph cluster with a real radosgw
# (S3 API), as plain background processes: no systemd, no containers.
#
#   1 mon + 1 osd + 1 radosgw, every socket on 127.0.0.1, every file (config,
#   keyrings, data, logs, pid files) under one directory.
#
# Debian 12 packages (Ceph 16.2), installed with --install when missing:
#   radosgw ceph-mon ceph-osd ceph-common curl
#   103 MB to download, 402 MB on disk on a minimal system; python3 comes with them.
#   On a host with systemd they may enable their own units (ceph-crash, *.target);
#   this script neither uses nor needs those.
#
# Usage:
#   up.sh [options]            prints KEY=VALUE lines on stdout
#   eval "$(up.sh)"            ... into the shell
#   up.sh > .env               ... into a file
#   down.sh [--dir DIR]        stops it and removes DIR
#
# Options (or the environment variable in brackets):
#   --dir DIR            state directory        [CEPH_RGW_DIR]    ${TMPDIR:-/tmp}/ceph-rgw
#   --port N             S3 port, 0 = any free  [CEPH_RGW_PORT]   0
#   --mon-port N         mon port, 0 = any free [CEPH_MON_PORT]   0
#   --access-key K       S3 access key          [CEPH_RGW_ACCESS_KEY]  test
#   --secret-key S       S3 secret key          [CEPH_RGW_SECRET_KEY]  testsecret
#   --bucket NAME        bucket to create, '' = none  [CEPH_RGW_BUCKET]  media
#   --cors-origin O      CORS origin for the bucket, '' = no CORS [CEPH_RGW_CORS_ORIGIN] *
#   --store S            [CEPH_RGW_STORE]  bluestore
#                          bluestore: a sparse file, ready in 12-28 s (2 busy cores)
#                          memstore:  all data in RAM, ready in 3-17 s, up to 2x as fast
#   --size-gb N          size of the store                          8
#   --sse                store every object encrypted with a random key. Ceph 16 accepts
#                        "x-amz-server-side-encryption: AES256" without this too, but then
#                        stores plain text. CopyObject answers 501 with --sse.
#   --lc-debug-seconds N one lifecycle "day" lasts N seconds (0 = real days)
#   --timeout N          seconds to wait for readiness              120
#   --install            apt-get install the missing packages first (as root, or by sudo -n)
#   --help
#
# Idempotent: when the cluster in DIR is up and answering, its settings are printed
# again and nothing is started (options that differ are ignored; run down first).
# A dead or half-started cluster in DIR is cleaned up and made anew.
#
# Do not point it at anything you want to keep: one replica, no durability intended.

set -Eeuo pipefail
umask 077
unset CEPH_ARGS CEPH_CONF CEPH_KEYRING

DIR=${CEPH_RGW_DIR:-${TMPDIR:-/tmp}/ceph-rgw}
PORT=${CEPH_RGW_PORT:-0}
MON_PORT=${CEPH_MON_PORT:-0}
ACCESS_KEY=${CEPH_RGW_ACCESS_KEY:-test}
SECRET_KEY=${CEPH_RGW_SECRET_KEY:-testsecret}
BUCKET=${CEPH_RGW_BUCKET-media}
CORS_ORIGIN=${CEPH_RGW_CORS_ORIGIN-*}
STORE=${CEPH_RGW_STORE:-bluestore}
SIZE_GB=8
SSE=0
LC_DEBUG=0
TIMEOUT=120
INSTALL=0
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

log() { printf '%s\n' "s3-up: $*" >&2; }
die() { log "$*"; exit 1; }
need() { [ $# -ge 2 ] || die "$1 needs a value"; }

while [ $# -gt 0 ]; do
  case $1 in
    --dir)              need "$@"; DIR=$2; shift 2 ;;
    --port)             need "$@"; PORT=$2; shift 2 ;;
    --mon-port)         need "$@"; MON_PORT=$2; shift 2 ;;
    --access-key)       need "$@"; ACCESS_KEY=$2; shift 2 ;;
    --secret-key)       need "$@"; SECRET_KEY=$2; shift 2 ;;
    --bucket)           need "$@"; BUCKET=$2; shift 2 ;;
    --cors-origin)      need "$@"; CORS_ORIGIN=$2; shift 2 ;;
    --store)            need "$@"; STORE=$2; shift 2 ;;
    --size-gb)          need "$@"; SIZE_GB=$2; shift 2 ;;
    --lc-debug-seconds) need "$@"; LC_DEBUG=$2; shift 2 ;;
    --timeout)          need "$@"; TIMEOUT=$2; shift 2 ;;
    --sse)     SSE=1; shift ;;
    --install) INSTALL=1; shift ;;
    --help|-h) awk 'NR > 2 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) die "unknown option $1 (see --help)" ;;
  esac
done
case $STORE in bluestore|memstore) ;; *) die "--store must be bluestore or memstore" ;; esac
[ "$SIZE_GB" != 0 ] || die "--size-gb must be 1 or more"
for n in "$PORT" "$MON_PORT" "$SIZE_GB" "$LC_DEBUG" "$TIMEOUT"; do
  [[ $n =~ ^[0-9]+$ ]] || die "not a whole number: '$n'"
done
# The values below end in KEY=VALUE lines, a config file and XML: keep them plain.
[[ $ACCESS_KEY =~ ^[A-Za-z0-9_.-]+$ && $SECRET_KEY =~ ^[A-Za-z0-9_./+-]+$ ]] || die "keys: letters, digits, _ . - (secret also / +) only"
[[ -z $BUCKET || $BUCKET =~ ^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$ ]] || die "bad bucket name"
[[ $CORS_ORIGIN =~ ^[A-Za-z0-9:/.*-]*$ ]] || die "bad CORS origin"
DIR=$(realpath -m -- "$DIR")
[[ $DIR =~ ^/[A-Za-z0-9/._+-]+$ ]] || die "--dir may hold letters, digits and / . _ + - only"
# A unix socket path is at most 107 bytes.
[ ${#DIR} -le 80 ] || die "--dir is too long (admin sockets live under it; 80 characters at most)"
MARK=$DIR/.ceph-rgw-throwaway      # says: this directory is ours to delete

# ---- packages ---------------------------------------------------------------------
wanted=(radosgw ceph-mon ceph-osd ceph-common curl)
tools=(radosgw radosgw-admin ceph-mon ceph-osd ceph ceph-authtool monmaptool curl python3)
missing=()
for t in "${tools[@]}"; do command -v "$t" >/dev/null || missing+=("$t"); done
if [ ${#missing[@]} -gt 0 ]; then
  [ "$INSTALL" = 1 ] || die "missing: ${missing[*]} - run with --install, or: apt-get install --no-install-recommends ${wanted[*]}"
  log "installing ${wanted[*]}"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
  { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${wanted[@]}"; } >&2
fi

# ---- already running? -------------------------------------------------------------
# A pid counts as ours only when the process runs with this directory's ceph.conf.
ours() { # PIDFILE
  local pid
  [ -s "$1" ] && pid=$(<"$1") && [[ $pid =~ ^[0-9]+$ ]] &&
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF -- "$DIR/ceph.conf"
}
answers() { curl -sf --noproxy '*' -m 5 -o /dev/null "http://127.0.0.1:$1/"; }

# Another up.sh is at work on this directory: let it finish.
starting() {
  local pid
  [ -s "$DIR/up.pid" ] && pid=$(<"$DIR/up.pid") && [[ $pid =~ ^[0-9]+$ ]] &&
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -q "s3/up.sh"
}
for ((i = 0; i < TIMEOUT * 2; i++)); do
  starting 2>/dev/null || break
  [ "$i" -gt 0 ] || log "waiting for another start in $DIR"
  sleep 0.5
done

if [ -e "$DIR" ]; then
  if [ ! -e "$MARK" ]; then
    [ -d "$DIR" ] && [ -z "$(ls -A -- "$DIR")" ] || die "$DIR exists and was not made by this script; not touching it"
  elif [ -s "$DIR/env" ] && ours "$DIR/run/mon.a.pid" && ours "$DIR/run/osd.0.pid" && ours "$DIR/run/rgw.pid" &&
       answers "$(sed -n 's/^S3_PORT=//p' "$DIR/env")"; then
    log "already running in $DIR"
    cat "$DIR/env"
    exit 0
  else
    log "clearing a dead cluster in $DIR"
    "$HERE/down.sh" --dir "$DIR" >&2
  fi
fi

# ---- a fresh directory ------------------------------------------------------------
t0=$(date +%s%N)
mkdir -p -- "$DIR"
: >"$MARK"
echo $$ >"$DIR/up.pid"
mkdir -p "$DIR"/{mon,osd,rgw,run,log,crash}

failed() { # leave the logs, stop the processes
  local rc=$?
  trap - ERR EXIT INT TERM
  [ "$rc" -ne 0 ] || rc=1
  log "failed; the last lines of the logs in $DIR/log:"
  tail -qn 6 "$DIR"/log/* >&2 2>/dev/null || true
  "$HERE/down.sh" --dir "$DIR" --keep >&2 || true
  exit "$rc"
}
trap failed EXIT          # disarmed at the end
trap 'exit 130' INT
trap 'exit 143' TERM

# Free ports, below the kernel's ephemeral range so that no outgoing connection
# takes one between the choice and the bind. A random start keeps two clusters apart.
read -r MON_PORT PORT < <(python3 - "$MON_PORT" "$PORT" <<'PY'
import random, socket, sys
taken = set()
def free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try: s.bind(("127.0.0.1", port))
        except OSError: return False
    return port not in taken
out = []
for want in map(int, sys.argv[1:]):
    if want:
        if not free(want): sys.exit(f"s3-up: port {want} is taken")
    else:
        want = next(p for p in (random.randrange(12000, 30000) for _ in range(2000)) if free(p))
    taken.add(want); out.append(want)
print(*out)
PY
) || die "no free port"

FSID=$(</proc/sys/kernel/random/uuid)
OSD_UUID=$(</proc/sys/kernel/random/uuid)
CONF=$DIR/ceph.conf
BYTES=$((SIZE_GB * 1024 * 1024 * 1024))

cat >"$CONF" <<C
[global]
fsid = $FSID
mon host = [v2:127.0.0.1:$MON_PORT/0]
# Loopback only, messenger v2 only.
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv4 = true
ms bind ipv6 = false
ms bind msgr1 = false
# cephx, not none: radosgw defaults to ms_mon_client_mode = secure, which auth none
# cannot offer, and then loops on "get_initial_auth_request returned -13".
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
keyring = $DIR/keyring
run dir = $DIR/run
crash dir = $DIR/crash
admin socket = $DIR/run/\$name.asok
log file = $DIR/log/\$name.log
log to stderr = false
err to stderr = true
log max recent = 100
# One osd, one replica, one placement group a pool.
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
# Commit map changes at once rather than once a second: radosgw makes its pools
# one after the other, and this is most of the time to ready.
paxos propose interval = 0.05
paxos min wait = 0.01

[mon]
mon data = $DIR/mon
mon cluster log file = $DIR/log/cluster.log
# A nearly full disk is not this cluster's business.
mon data avail crit = 1
mon data avail warn = 2
mon memory autotune = false

[osd]
osd data = $DIR/osd
osd objectstore = $STORE
# Stop at once on SIGTERM, without asking the mon.
osd fast shutdown = true
osd fast shutdown notify mon = false
# A sparse file: it takes disk only as it fills.
bluestore block size = $BYTES
bluestore block create = true
bluestore block preallocate file = false
bluestore cache autotune = false
bluestore cache size = 67108864
memstore device bytes = $BYTES
osd op num threads per shard = 2
osd op num shards = 2

[client]
rgw frontends = beast endpoint=127.0.0.1:$PORT
rgw data = $DIR/rgw
rgw enable apis = s3
rgw thread pool size = 32
rgw enable usage log = false
rgw enable ops log = false
rgw run sync thread = false
rgw dynamic resharding = false
rgw override bucket index max shards = 1
# Give the space of deleted objects back within a minute or two (default: two hours).
rgw gc obj min wait = 30
rgw gc processor period = 30
rgw gc processor max time = 30
# The endpoint is plain http on loopback: let encrypted-object requests through.
rgw crypt require ssl = false
C
if [ "$LC_DEBUG" -gt 0 ]; then printf 'rgw lc debug interval = %s\n' "$LC_DEBUG" >>"$CONF"; fi
if [ "$SSE" = 1 ]; then printf 'rgw crypt default encryption key = %s\n' "$(head -c 32 /dev/urandom | base64 -w0)" >>"$CONF"; fi

# All keys are made beforehand: "ceph-mon --mkfs" imports every entry of this keyring,
# so that no "ceph auth" call is needed later.
{
  ceph-authtool --create-keyring "$DIR/keyring" --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool "$DIR/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  ceph-authtool "$DIR/keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' --cap mgr 'allow profile osd'
  ceph-authtool "$DIR/keyring" --gen-key -n client.rgw.a --cap mon 'allow rw' --cap osd 'allow rwx' --cap mgr 'allow rw'
  monmaptool --create --fsid "$FSID" --addv a "[v2:127.0.0.1:$MON_PORT]" "$DIR/monmap"
  ceph-mon -c "$CONF" --mkfs -i a --monmap "$DIR/monmap" --keyring "$DIR/keyring"
} >"$DIR/log/setup.out" 2>&1

# ---- start ------------------------------------------------------------------------
export TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES=33554432
start() { # NAME COMMAND... : in its own session, detached, its pid in run/NAME.pid
  local name=$1; shift
  # In a non-interactive shell a background job leads no group, so setsid does not
  # fork and $! is the daemon's own pid.
  setsid "$@" </dev/null >>"$DIR/log/$name.out" 2>&1 &
  echo $! >"$DIR/run/$name.pid"
}
alive() { ours "$DIR/run/$1.pid" || die "$1 died"; }
left() { echo $((TIMEOUT - ($(date +%s%N) - t0) / 1000000000)); }
since() { local ms=$((($(date +%s%N) - t0) / 1000000)); printf '%d.%d' $((ms / 1000)) $((ms % 1000 / 100)); }
ceph_() { ceph -c "$CONF" --connect-timeout 30 "$@"; }

start mon.a ceph-mon -c "$CONF" -i a -f
# The store is made while the mon forms its quorum.
ceph-osd -c "$CONF" -i 0 --mkfs --osd-uuid "$OSD_UUID" >>"$DIR/log/setup.out" 2>&1
ceph_ osd new "$OSD_UUID" 0 >>"$DIR/log/setup.out" 2>&1
alive mon.a
log "mon up after $(since) s"
start osd.0 ceph-osd -c "$CONF" -i 0 -f
# radosgw waits for the osd by itself, and makes its zone and pools.
start rgw radosgw -c "$CONF" -n client.rgw.a -f
until answers "$PORT"; do
  alive mon.a; alive osd.0; alive rgw
  [ "$(left)" -gt 0 ] || die "no answer from radosgw within $TIMEOUT s"
  sleep 0.2
done
log "radosgw answers after $(since) s"
radosgw-admin -c "$CONF" user create --uid=test --display-name=test \
  --access-key="$ACCESS_KEY" --secret-key="$SECRET_KEY" >"$DIR/log/user.out" 2>&1

# ---- bucket and CORS --------------------------------------------------------------
ENDPOINT=http://127.0.0.1:$PORT
s3put() { # PATH [BODY-FILE] [HEADER] : a signed PUT with a body
  local sum args=()
  sum=$(sha256sum "${2:-/dev/null}" | cut -d' ' -f1)
  [ -z "${3:-}" ] || args=(-H "$3")
  curl -sS --fail-with-body --noproxy '*' -m 60 -o "$DIR/log/curl.out" -X PUT \
    --aws-sigv4 aws:amz:us-east-1:s3 --user "$ACCESS_KEY:$SECRET_KEY" \
    -H "x-amz-content-sha256: $sum" -H 'Content-Type: application/xml' "${args[@]}" \
    --data-binary "@${2:-/dev/null}" "$ENDPOINT$1" >&2 || { cat "$DIR/log/curl.out" >&2; die "PUT $1 failed"; }
}
if [ -n "$BUCKET" ]; then
  s3put "/$BUCKET"
  if [ -n "$CORS_ORIGIN" ]; then
    printf '%s' "<CORSConfiguration><CORSRule><AllowedOrigin>$CORS_ORIGIN</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedMethod>POST</AllowedMethod><AllowedMethod>DELETE</AllowedMethod><AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds></CORSRule></CORSConfiguration>" >"$DIR/cors.xml"
    s3put "/$BUCKET?cors=" "$DIR/cors.xml" "Content-MD5: $(python3 -c 'import base64,hashlib,sys; print(base64.b64encode(hashlib.md5(sys.stdin.buffer.read()).digest()).decode())' <"$DIR/cors.xml")"
  fi
fi

cat >"$DIR/env.tmp" <<E
S3_ENDPOINT=$ENDPOINT
S3_PORT=$PORT
S3_REGION=us-east-1
S3_ACCESS_KEY_ID=$ACCESS_KEY
S3_SECRET_ACCESS_KEY=$SECRET_KEY
S3_BUCKET=$BUCKET
S3_FORCE_PATH_STYLE=true
CEPH_RGW_DIR=$DIR
CEPH_RGW_CONF=$CONF
E
mv "$DIR/env.tmp" "$DIR/env"
rm -f "$DIR/up.pid"
trap - EXIT INT TERM
log "ready after $(since) s"
cat "$DIR/env"
