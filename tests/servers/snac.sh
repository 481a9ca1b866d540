#!/bin/bash
# Runs snac, a small real server that speaks Mastodon's language, on 127.0.0.1 in the foreground.
# Usage: snac.sh FOLDER PORT USER TOOLS. Keeps its files in FOLDER and writes the user's password to FOLDER/password.
# Where snac is not installed, Debian's package is unpacked into TOOLS from the mirror this machine already uses.
set -euo pipefail
folder=$(realpath -m "$1") port=$2 user=$3 tools=$(realpath -m "$4")
mkdir -p "$folder" "$tools"

if ! command -v snac >/dev/null && [ ! -x "$tools/usr/bin/snac" ]; then
  # A package manager's state of its own: the machine's lists stay as they are.
  mkdir -p "$tools/apt/lists/partial" "$tools/apt/cache/archives/partial"
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  echo "deb [signed-by=$keys] $mirror trixie main" >"$tools/apt/sources.list"
  own=(-o "Dir::Etc::sourcelist=$tools/apt/sources.list" -o "Dir::Etc::sourceparts=/dev/null"
    -o "Dir::State::lists=$tools/apt/lists" -o "Dir::Cache=$tools/apt/cache" -o "APT::Sandbox::User=root")
  apt-get "${own[@]}" update -qq >&2
  (cd "$tools" && apt-get "${own[@]}" download -qq snac2 >&2 && dpkg-deb -x snac2_*.deb .)
fi

snac=$(command -v snac || echo "$tools/usr/bin/snac")
if [ ! -d "$folder/data" ]; then
  printf '127.0.0.1\n%s\nlocalhost:%s\n\n\n' "$port" "$port" | "$snac" init "$folder/data" >/dev/null
  "$snac" adduser "$folder/data" "$user" | sed -n 's/^User password is //p' >"$folder/password"
  sed -i 's/"protocol": "https"/"protocol": "http"/' "$folder/data/server.json"
fi
exec "$snac" httpd "$folder/data"
