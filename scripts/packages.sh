# Debian/Ubuntu packages the project needs, and the one function that installs what is missing.
# Sourced by the other scripts; not run by itself.

v1_packages_build="
g++:the C++ compiler
cmake:configures the build
ninja-build:runs the build
libboost-dev:Boost.DLL (plugins) and Boost.Math (statistics)
libboost-filesystem-dev:needed by Boost.DLL
libhdf5-dev:HDF5 and SONATA files
libeigen3-dev:Fourier transforms and linear algebra
libtomlplusplus-dev:reads TOML configs
libcli11-dev:reads the command line
nlohmann-json3-dev:reads and writes JSON
libspdlog-dev:logging
libfmt-dev:text formatting
libxxhash-dev:content hashes
libisal-dev:compresses recordings (ISA-L)
libpng-dev:reads and writes PNG images
libjpeg-dev:reads JPEG images
libpango1.0-dev:draws the figures (Pango and Cairo)
fonts-liberation:font of the figures
"
v1_packages_test="
libgtest-dev:the tests
libgmock-dev:the tests
python3:checks of the source tree in the tests
abigail-tools:compares the plugin interface with its frozen form
"

# v1_install_missing "LIST": installs the packages of a list that are not there yet.
v1_install_missing() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    # Not Debian or Ubuntu: a present compiler and cmake may well be enough, so only say what
    # is needed when they are not there.
    if command -v cmake >/dev/null 2>&1 && command -v ninja >/dev/null 2>&1; then return 0; fi
    {
      echo "error: this system has no Debian packages; install these libraries and tools by its own means:"
      echo "$1" | sed '/^$/d; s/^/  /; s/:/  - /'
    } >&2
    exit 2
  fi
  missing=""
  while IFS=: read -r package reason; do
    [ -n "$package" ] || continue
    if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
      [ -n "$missing" ] || echo "v1engine: installing what is missing:" >&2
      echo "  $package - $reason" >&2
      missing="$missing $package"
    fi
  done <<LIST
$1
LIST
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ]; then
    as_root=""
  elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root="sudo"
  else
    echo "error: installing packages needs root; run this, then try again:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends$missing" >&2
    exit 2
  fi
  # shellcheck disable=SC2086
  if ! { $as_root apt-get update -qq &&
         DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing; } \
       >"${TMPDIR:-/tmp}/v1engine-packages.$$.log" 2>&1; then
    cat "${TMPDIR:-/tmp}/v1engine-packages.$$.log" >&2
    echo "error: packages could not be installed; run this by hand, then try again:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends$missing" >&2
    exit 2
  fi
  rm -f "${TMPDIR:-/tmp}/v1engine-packages.$$.log"
}
