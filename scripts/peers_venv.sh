#!/bin/sh
# Makes a Python environment with the programs that the tests compare v1engine's files with:
# libsonata and bmtk (SONATA circuits), h5py and numpy; with "nest" also NEST, with "nwb" also
# pynwb and nwbinspector.
#   scripts/peers_venv.sh [FOLDER] [nest] [nwb]      (default folder: build/peers)
# Tests find it in build/peers, or through V1_PEERS_PYTHON=FOLDER/bin/python. Versions are those that
# the comparisons were made with, so that a new release of another program breaks no test here.
set -eu
cd "$(dirname "$0")/.."
folder=build/peers
packages="libsonata==0.2.2 bmtk==1.2.0 h5py==3.16.0 numpy==2.4.6"
for argument in "$@"; do
  case $argument in
    nest) packages="$packages nest-simulator==3.10.0" ;;
    nwb) packages="$packages pynwb==4.2.0 nwbinspector==0.7.2" ;;
    *) folder=$argument ;;
  esac
done
[ -x "$folder/bin/python" ] || python3 -m venv "$folder"
# shellcheck disable=SC2086
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check $packages
echo "$folder/bin/python"
