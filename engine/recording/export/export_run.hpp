#pragma once
#include <filesystem>

#include "engine/recording/run_reader.hpp"

/// Conversion of a run's recordings into other formats (docs/run_folder.md). Times count over the
/// whole run: trial k begins at k times the duration of a trial. All throw Error(memory) when the
/// disk is full.
namespace v1::recording {

/// Folder with spikes.h5 (neurons), NAME_spikes.h5 (each input that was stored) and
/// VARIABLE_report.h5 (each recorded variable), as SONATA tools read them.
void export_sonata(const RunReader& run, const std::filesystem::path& folder);

/// Folder with spikes.csv and NAME_spikes.csv (SONATA's columns, separated by a space) and, comma
/// separated, neurons.csv, trials.csv and VARIABLE.csv (a row per sample, a column per neuron).
void export_csv(const RunReader& run, const std::filesystem::path& folder);

/// One NWB 2 file: units with spike times, trials, and the recorded variables as time series.
void export_nwb(const RunReader& run, const std::filesystem::path& file);

}  // namespace v1::recording
