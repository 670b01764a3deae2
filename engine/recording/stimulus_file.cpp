#include "engine/recording/stimulus_file.hpp"

#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/recording/trial_index.hpp"

namespace v1::recording {
namespace {

std::string numbered(const char* group, std::size_t index) {
  return fmt::format("/{}/{:03}", group, index);
}

std::size_t entry_count(const h5::File& file, const char* group) {
  const std::string name = std::string("/") + group;
  return file.has(name) ? file.children(name).size() : 0;
}

void write_columns(h5::File& file, const std::vector<TrialColumn>& columns) {
  file.make_group("/trials");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string name = numbered("trials", i);
    if (const auto* numbers = std::get_if<std::vector<double>>(&columns[i].values)) {
      file.write(name, *numbers);
    } else {
      file.write_strings(name, std::get<std::vector<std::string>>(columns[i].values));
    }
    file.set_attribute(name, "name", columns[i].name);
    file.set_attribute(name, "units", columns[i].unit);
  }
}

void write_rates(h5::File& file, const std::vector<SampleRates>& rates) {
  file.make_group("/rates");
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const std::string group = numbered("rates", i);
    file.write(group + "/sources", rates[i].sources);
    file.set_attribute(group, "block", rates[i].block);
    file.set_attribute(group, "frame_ms", rates[i].frame_ms);
    file.make_group(group + "/hz");
    for (std::size_t condition = 0; condition < rates[i].hz.size(); ++condition) {
      const std::uint64_t frames = rates[i].frame_count(condition);
      const std::string name = fmt::format("{}/hz/{:04}", group, condition);
      const bool any = frames > 0;
      file.write(name, rates[i].hz[condition], {frames, rates[i].sources.size()},
                 any ? h5::Layout{{frames, rates[i].sources.size()}, 1, true} : h5::Layout{});
      file.set_attribute(name, "units", "Hz");
    }
  }
}

TrialColumn read_column(const h5::File& file, const std::string& name) {
  TrialColumn column;
  column.name = file.text_attribute(name, "name").value_or("");
  column.unit = file.text_attribute(name, "units").value_or("1");
  if (file.is_text(name)) {
    column.values = file.strings(name);
  } else {
    column.values = file.values<double>(name);
  }
  return column;
}

SampleRates read_rates(const h5::File& file, const std::string& group) {
  SampleRates rates;
  rates.block = file.text_attribute(group, "block").value_or("lgn");
  rates.frame_ms = file.number_attribute(group, "frame_ms").value_or(1.0);
  rates.sources = file.values<std::uint32_t>(group + "/sources");
  for (std::size_t condition = 0; condition < file.children(group + "/hz").size(); ++condition) {
    rates.hz.push_back(file.values<float>(fmt::format("{}/hz/{:04}", group, condition)));
  }
  return rates;
}

}  // namespace

void write_stimulus(const std::filesystem::path& path, const StimulusInfo& info) {
  const std::filesystem::path part = std::filesystem::path(path).concat(".part");
  h5::File file = h5::File::create(part);
  mark_file(file, "stimulus");
  write_columns(file, info.trial_columns);
  std::vector<double> time_ms;
  std::vector<std::string> labels;
  for (const stimulus::Marker& marker : info.markers) {
    time_ms.push_back(marker.time_ms);
    labels.push_back(marker.label);
  }
  file.write("/markers/time_ms", time_ms);
  file.set_attribute("/markers/time_ms", "units", "ms");
  file.write_strings("/markers/label", labels);
  file.make_group("/strips");
  for (std::size_t i = 0; i < info.strips.size(); ++i) {
    const std::string group = numbered("strips", i);
    file.write(group + "/time_ms", info.strips[i].time_ms);
    file.set_attribute(group + "/time_ms", "units", "ms");
    file.write(group + "/value", info.strips[i].value);
    file.set_attribute(group + "/value", "units", info.strips[i].unit);
    file.set_attribute(group, "name", info.strips[i].name);
    file.set_attribute(group, "units", info.strips[i].unit);
  }
  file.write_strings("/conditions/label", info.conditions);
  file.write("/conditions/of_trial", info.condition_of_trial);
  write_rates(file, info.rates);
  file.close_synced();
  std::filesystem::rename(part, path);
}

StimulusInfo read_stimulus(const std::filesystem::path& path) {
  const h5::File file = h5::File::read(path);
  check_file_mark(file, "stimulus");
  StimulusInfo info;
  for (std::size_t i = 0; i < entry_count(file, "trials"); ++i) {
    info.trial_columns.push_back(read_column(file, numbered("trials", i)));
  }
  const auto time_ms = file.values<double>("/markers/time_ms");
  const auto labels = file.strings("/markers/label");
  for (std::size_t i = 0; i < std::min(time_ms.size(), labels.size()); ++i) {
    info.markers.push_back({time_ms[i], labels[i]});
  }
  for (std::size_t i = 0; i < entry_count(file, "strips"); ++i) {
    const std::string group = numbered("strips", i);
    info.strips.push_back({file.text_attribute(group, "name").value_or(""),
                           file.text_attribute(group, "units").value_or("1"),
                           file.values<double>(group + "/time_ms"),
                           file.values<double>(group + "/value")});
  }
  info.conditions = file.strings("/conditions/label");
  info.condition_of_trial = file.values<std::uint32_t>("/conditions/of_trial");
  for (std::size_t i = 0; i < entry_count(file, "rates"); ++i) {
    info.rates.push_back(read_rates(file, numbered("rates", i)));
  }
  return info;
}

}  // namespace v1::recording
