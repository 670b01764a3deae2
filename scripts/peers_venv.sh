#!/bin/sh
# Makes a Python environment with the programs that the tests compare v1engine's files with:
# libsonata and bmtk (SONATA circuits), h5py and numpy; with "nest" also NEST, with "nwb" also
# pynwb and nwbinspector.
#   scripts/peers_venv.sh [FOLDER] [nest] [nwb]      (default folder: build/peers)
# Tests find it in build/peers, or through V1_PEERS_PYTHON=FOLDER/bin/python.
set -eu
cd "$(dirname "$0")/.."
folder=build/peers
packages="libsonata bmtk h5py numpy"
for argument in "$@"; do
  case $argument in
    nest) packages="$packages nest-simulator" ;;
    nwb) packages="$packages pynwb nwbinspector" ;;
    *) folder=$argument ;;
  esac
done
[ -x "$folder/bin/python" ] || python3 -m venv "$folder"
# shellcheck disable=SC2086
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check $packages
echo "$folder/bin/python"
