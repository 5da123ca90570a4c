# Read by bin/test and bin/start. Makes a fresh clone ready on Debian 12, as root or as an ordinary user: what the machine lacks is
# installed where that is allowed, otherwise the exact command is printed.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

# What is installed here must be readable for the user PostgreSQL runs as.
umask 022

has() { command -v "$1" >/dev/null 2>&1; }

# need_packages <command=package> …: a command that is there needs no package.
need_packages() {
  local pair missing=()
  for pair in "$@"; do
    has "${pair%%=*}" || missing+=("${pair#*=}")
  done
  if [ ${#missing[@]} -eq 0 ]; then return 0; fi

  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
  local install="apt-get install -y --no-install-recommends ${missing[*]}"
  if ! has apt-get || { [ ${#as_root[@]} -gt 0 ] && ! "${as_root[@]}" true 2>/dev/null; }; then
    echo "Missing on this machine: ${missing[*]}. Install with:" >&2
    echo "  sudo apt-get update && sudo $install" >&2
    exit 1
  fi
  echo "Installing ${missing[*]}"
  # The lists of a fresh machine are empty or old.
  if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install >/dev/null 2>&1; then
    "${as_root[@]}" apt-get update >/dev/null
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install >/dev/null
  fi
}

# Both can be pointed at a program of one's own.
need_ffmpeg() {
  if [ -n "${FFMPEG_PATH:-}" ] && [ -n "${FFPROBE_PATH:-}" ]; then return 0; fi
  need_packages ffmpeg=ffmpeg
}

# The walls around ffmpeg. Where they cannot be had the worker does without and says so, and what tests them says that it did not run.
want_sandbox() {
  (need_packages bwrap=bubblewrap) || true
}

need_chromium() {
  if [ -n "${CHROMIUM_PATH:-}" ]; then return 0; fi
  need_packages chromium=chromium
}

# For the suites against a real S3 engine (103 MB). Where it cannot be had, they do not run, and the report says so.
want_s3_engine() {
  if [ -n "${S3_TEST_ENDPOINT:-}" ]; then return 0; fi
  (need_packages radosgw=radosgw ceph-mon=ceph-mon ceph-osd=ceph-osd ceph=ceph-common curl=curl python3=python3) || true
}

# The malware scan is tested against the real daemon. Debian keeps it where an ordinary user's PATH does not look.
need_clamd() {
  if [ -n "${CLAMD_PATH:-}" ] || [ -x /usr/sbin/clamd ]; then return 0; fi
  need_packages clamd=clamav-daemon
}

# The packages of the lockfile, on whatever Node the machine has: npm brings the Node that everything here runs on.
need_node_modules() {
  need_packages node=nodejs npm=npm
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ] || ! node_modules/.bin/node --version >/dev/null 2>&1; then
    echo 'Installing the packages of package-lock.json'
    # Two packages bring binaries by an install script (package.json, allowScripts): without them there is neither Node nor PostgreSQL.
    npm_config_ignore_scripts=false npm ci --no-audit --no-fund --loglevel=error
  fi
  export PATH="$root/node_modules/.bin:$PATH"
  if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 24 ? 0 : 1)'; then
    echo 'npm ci did not bring Node 24. Its install script was held back: allow it, then run npm ci again.' >&2
    exit 1
  fi
}

# PostgreSQL does not run as root: root runs it as its own user, who has to reach its programs in node_modules.
need_reachable() {
  if [ "$(id -u)" -ne 0 ] || setpriv --reuid=65534 --regid=65534 --clear-groups test -r "$root/package.json"; then return 0; fi
  echo "PostgreSQL does not run as root, and its own user cannot reach $root." >&2
  echo "Let others pass through the directories above it (chmod o+x), or run this as an ordinary user." >&2
  exit 1
}
