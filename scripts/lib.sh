# scripts/lib.sh - what the scripts share. Source it; it changes to the root of the tree.
# shellcheck shell=bash

set -euo pipefail
export LC_ALL=C.UTF-8

readonly caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# The name of the running script, as messages show it.
me="scripts/$(basename "$0")"

# packages_for PURPOSE... - prints the Debian packages that building, testing or linting needs.
packages_for() {
  local purpose
  for purpose in "$@"; do
    case "$purpose" in
      build)
        # make: what CMake takes for the projects of users, unless they choose another.
        echo g++ cmake make ninja-build pkg-config
        echo libpoco-dev libboost-context-dev libedit-dev libssl-dev
        ;;
      test)
        echo libcppunit-dev python3 socat netcat-openbsd openssl curl procps
        # The names of ports.
        echo netbase
        # Servers that the comparison measures; a tree without them leaves them out.
        echo libevent-dev libboost-dev liburing-dev
        ;;
      layout) echo clang-format shellcheck ;;
      lint) echo clang-tidy-19 ;;
      clang)
        # Both Debian 12 and 13 have this one; its name is in the preset. CppUnit: for configuring.
        echo clang-19 libclang-rt-19-dev lld-19 libcppunit-dev
        ;;
      debian) echo debootstrap ;;
    esac
  done
}

say() { printf '%s: %s\n' "$me" "$*"; }

die() {
  say "$*" >&2
  exit 1
}

# as_root COMMAND... - runs it as root, through sudo where that is needed.
as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  else
    sudo "$@"
  fi
}

is_installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# as_seen PATH - prints a path of the tree as the caller can use it.
as_seen() {
  if [[ $caller == "$PWD" ]]; then echo "$1"; else echo "$PWD/$1"; fi
}

# require_packages PURPOSE... - installs the packages that are missing and touches no others.
require_packages() {
  local wanted package missing=()
  mapfile -t wanted < <(packages_for "$@" | tr ' ' '\n' | sort -u)
  command -v dpkg-query >/dev/null ||
    die "this is no Debian; install what corresponds to: ${wanted[*]}"
  for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
    die "as root, run: apt-get install ${missing[*]}"
  fi
  say "installing ${missing[*]}, with what they need"
  as_root apt-get update -q || die "apt-get update failed; see above"
  # Without a terminal of its own dpkg tells each package as it comes.
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q --yes --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" ||
    die "apt-get could not install ${missing[*]}; see above"
}

# configure BUILD-FOLDER CMAKE-ARGUMENT... - quietly, and with ccache where there is one.
configure() {
  local folder=$1
  shift
  if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
  cmake -B "$folder" "$@" --log-level=WARNING >/dev/null ||
    die "cmake could not configure $folder; see above"
}

# build BUILD-FOLDER [TARGET...] - with as many jobs as there are CPUs.
build() {
  local folder=$1
  shift
  cmake --build "$folder" --parallel "$(nproc)" ${1:+--target "$@"} ||
    die "the build in $folder failed; see above"
}

# cpp_sources - prints the C++ files of the tree, one a line.
cpp_sources() {
  find sdk protocol host kit cli plugins bench tests -name '*.h' -o -name '*.cpp' | sort
}
