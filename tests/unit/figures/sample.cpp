#include "tests/unit/figures/sample.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <numbers>
#include <sstream>

#include "engine/base/hdf5.hpp"

namespace v1::figures::sample {

namespace fs = std::filesystem;

fs::path fresh_folder(const std::string& name) {
  const fs::path folder =
      fs::temp_directory_path() / fmt::format("v1_figures_{}_{}", name, getpid());
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

void write_text(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

std::string read_bytes(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

void write_csv(const fs::path& folder, const Table& table) {
  std::ofstream out(folder / (table.name + ".csv"));
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    out << (i == 0 ? "" : ",") << column.name
        << (column.unit.empty() ? "" : " [" + column.unit + "]");
  }
  out << "\n";
  for (std::size_t row = 0; row < table.rows; ++row) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      out << (i == 0 ? "" : ",") << table.columns[i].key(row);
    out << "\n";
  }
}

void write_hdf5(const fs::path& folder, const Table& table) {
  const fs::path path = folder / "tables.h5";
  h5::File file = fs::exists(path) ? h5::File::append(path) : h5::File::create(path);
  file.make_group("/" + table.name);
  for (const Column& column : table.columns) {
    const std::string dataset = "/" + table.name + "/" + column.name;
    if (column.is_text) {
      file.write_strings(dataset, column.texts);
    } else {
      file.write(dataset, column.numbers);
    }
    file.set_attribute(dataset, "unit", column.unit);
  }
}

double Noise::uniform() {
  state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
  return static_cast<double>(state_ >> 11) / 9007199254740992.0;
}

double Noise::normal() {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += uniform();
  return sum;
}

Column numbers(const std::string& name, const std::string& unit, std::vector<double> values) {
  return {name, unit, false, std::move(values), {}};
}

Column texts(const std::string& name, std::vector<std::string> values) {
  return {name, "", true, {}, std::move(values)};
}

Table table(const std::string& name, std::vector<Column> columns) {
  const std::size_t rows =
      columns.front().is_text ? columns.front().texts.size() : columns.front().numbers.size();
  return {name, rows, std::move(columns)};
}

namespace {

struct Population {
  const char* name;
  const char* type;
  double size;
  double rate;
};

constexpr Population populations[] = {
    {"i1", "Htr3a", 90, 1.5},  {"i23", "Htr3a", 110, 2.0}, {"i23", "Sst", 70, 3.0},
    {"i23", "Pvalb", 90, 7.0}, {"e23", "e", 1180, 1.2},    {"i4", "Htr3a", 40, 2.0},
    {"i4", "Sst", 80, 3.5},    {"i4", "Pvalb", 150, 8.0},  {"e4", "e", 1150, 2.4},
    {"i5", "Htr3a", 30, 2.0},  {"i5", "Sst", 90, 4.0},     {"i5", "Pvalb", 100, 8.0},
    {"e5", "e", 750, 3.2},     {"i6", "Htr3a", 30, 2.0},   {"i6", "Sst", 60, 3.5},
    {"i6", "Pvalb", 80, 7.0},  {"e6", "e", 900, 1.8},
};

double drive(double time) {
  if (time < 500.0 || time >= 1500.0) return 1.0;
  return 1.8 + 0.9 * std::sin(2.0 * std::numbers::pi * 2.0 * (time - 500.0) / 1000.0) +
         1.5 * std::exp(-(time - 500.0) / 60.0);
}

const char* shown_type(const Population& population) {
  return std::string_view(population.type) == "e" ? "excitatory" : population.type;
}

Table spikes() {
  Noise noise(1);
  std::vector<double> time;
  std::vector<double> position;
  std::vector<std::string> type;
  double total = 0.0;
  for (const Population& population : populations) total += population.size;
  double first = 0.0;
  for (const Population& population : populations) {
    for (double unit = 0; unit < population.size; unit += 1.0)
      for (double t = 0.0; t < 2500.0; t += 1.0)
        if (noise.uniform() < population.rate * drive(t) / 1000.0) {
          time.push_back(t);
          position.push_back(total - first - unit);
          type.push_back(shown_type(population));
        }
    first += population.size;
  }
  return table("spikes", {numbers("time", "ms", time), numbers("position", "", position),
                          texts("type", type)});
}

Table lgn_spikes() {
  Noise noise(2);
  std::vector<double> time;
  std::vector<double> unit;
  for (double i = 0; i < 1740; i += 1.0)
    for (double t = 0.0; t < 2500.0; t += 1.0)
      if (noise.uniform() < 0.004 * drive(t)) {
        time.push_back(t);
        unit.push_back(i);
      }
  return table("lgn_spikes", {numbers("time", "ms", time), numbers("unit", "", unit)});
}

Table layers() {
  std::vector<double> low;
  std::vector<double> high;
  std::vector<std::string> names;
  double total = 0.0;
  for (const Population& population : populations) total += population.size;
  double top = total;
  std::string current;
  for (const Population& population : populations) {
    const std::string name(population.name + 1);
    if (name != current) {
      current = name;
      names.push_back("L" + (name == "23" ? std::string("2/3") : name));
      high.push_back(top);
      low.push_back(top);
    }
    top -= population.size;
    low.back() = top;
  }
  return table("layers",
               {numbers("begin", "", low), numbers("end", "", high), texts("layer", names)});
}

Table stimulus() {
  return table("stimulus", {numbers("time", "ms", {0, 500, 1500}), numbers("tf", "Hz", {0, 2, 0})});
}

Table activity() {
  Noise noise(3);
  std::vector<std::string> name;
  std::vector<std::string> kind;
  std::vector<double> time;
  std::vector<double> rate;
  std::vector<double> sem;
  for (const char* population : {"i1", "i23", "e23", "i4", "e4", "i5", "e5", "i6", "e6"})
    for (double t = 0.0; t < 2500.0; t += 10.0) {
      name.emplace_back(population);
      kind.emplace_back(population[0] == 'e' ? "excitatory" : "inhibitory");
      time.push_back(t);
      const double base = population[0] == 'e' ? 2.0 : 5.0;
      rate.push_back(std::max(0.0, base * drive(t) * (1.0 + 0.12 * noise.normal())));
      sem.push_back(0.12 * base * drive(t));
    }
  return table("activity",
               {texts("population", name), texts("kind", kind), numbers("time", "ms", time),
                numbers("rate", "Hz", rate), numbers("rate_sem", "Hz", sem)});
}

Table traces() {
  Noise noise(4);
  std::vector<std::string> cls;
  std::vector<double> time;
  std::vector<double> v;
  std::vector<double> sem;
  const std::pair<const char*, double> classes[] = {
      {"hVf", 4.0}, {"dVf", -4.0}, {"unclassified", 0.2}};
  for (const auto& [name, amplitude] : classes)
    for (double t = 0.0; t < 2500.0; t += 5.0) {
      cls.emplace_back(name);
      time.push_back(t);
      const double on = t >= 500.0 && t < 1500.0 ? 1.0 - std::exp(-(t - 500.0) / 80.0)
                        : t >= 1500.0            ? std::exp(-(t - 1500.0) / 120.0)
                                                 : 0.0;
      v.push_back(amplitude * on + 0.25 * noise.normal());
      sem.push_back(0.5 + 0.4 * on);
    }
  return table("traces", {texts("class", cls), numbers("time", "ms", time), numbers("v", "mV", v),
                          numbers("sem", "mV", sem)});
}

Table neurons() {
  Noise noise(5);
  std::vector<std::string> cls;
  std::vector<double> bottom_up;
  std::vector<double> recurrent;
  std::vector<double> response;
  std::vector<double> ratio;
  std::vector<double> angle;
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> z;
  for (int i = 0; i < 900; ++i) {
    const double signal = 4.0 * noise.normal();
    const double input = signal + 9.0 + 2.5 * noise.normal();
    cls.emplace_back(signal > 3.0 ? "dVf" : signal < -3.0 ? "hVf" : "unclassified");
    bottom_up.push_back(input);
    recurrent.push_back(-0.8 * input + signal * 0.6 + noise.normal());
    response.push_back(signal);
    ratio.push_back(std::exp(0.4 * signal + 0.3 * noise.normal()));
    angle.push_back(std::fmod(720.0 + (signal > 0 ? 0.0 : 90.0) + 35.0 * noise.normal(), 360.0));
    const double radius = 400.0 * std::sqrt(noise.uniform());
    const double turn = 2.0 * std::numbers::pi * noise.uniform();
    x.push_back(radius * std::cos(turn));
    z.push_back(radius * std::sin(turn));
    y.push_back(-100.0 - 200.0 * noise.uniform());
  }
  return table("neurons",
               {texts("class", cls), numbers("bottom_up", "pA", bottom_up),
                numbers("recurrent", "pA", recurrent), numbers("response", "mV", response),
                numbers("rate_ratio", "", ratio), numbers("preferred_angle", "deg", angle),
                numbers("x", "um", x), numbers("y", "um", y), numbers("z", "um", z)});
}

Table currents() {
  Noise noise(6);
  std::vector<double> row;
  std::vector<double> time;
  std::vector<double> current;
  for (int neuron = 0; neuron < 30; ++neuron)
    for (double t = 0.0; t < 2500.0; t += 10.0) {
      row.push_back(neuron);
      time.push_back(t);
      const double amplitude = 40.0 - 80.0 * neuron / 29.0;
      current.push_back((t >= 500.0 && t < 1500.0 ? amplitude : 0.0) + 6.0 * noise.normal());
    }
  return table("currents", {numbers("neuron", "", row), numbers("time", "ms", time),
                            numbers("current", "pA", current)});
}

Table confusion() {
  return table("confusion",
               {texts("base", {"dVf", "dVf", "dVf", "unclassified", "unclassified", "unclassified",
                               "hVf", "hVf", "hVf"}),
                texts("other", {"dVf", "unclassified", "hVf", "dVf", "unclassified", "hVf", "dVf",
                                "unclassified", "hVf"}),
                numbers("fraction", "", {0.62, 0.3, 0.08, 0.15, 0.71, 0.14, 0.05, 0.33, 0.62})});
}

Table weights() {
  std::vector<std::string> source;
  std::vector<std::string> target;
  std::vector<double> weight;
  std::vector<double> sem;
  double k = 0.0;
  for (const char* from : {"e23", "e4", "e5", "i23Pvalb", "i23Sst", "i4Pvalb"})
    for (const char* to : {"dVf", "hVf"}) {
      source.emplace_back(from);
      target.emplace_back(to);
      weight.push_back((from[0] == 'e' ? 1.0 : -1.0) * (20.0 + 7.0 * std::fmod(3.0 * k, 5.0)));
      sem.push_back(2.0 + std::fmod(k, 3.0));
      k += 1.0;
    }
  return table("weights", {texts("source", source), texts("target", target),
                           numbers("weight", "pA", weight), numbers("sem", "pA", sem)});
}

Table tuning() {
  std::vector<std::string> population;
  std::vector<double> angle;
  std::vector<double> rate;
  std::vector<double> sem;
  for (const char* name : {"e4", "i4Pvalb", "i4Sst"})
    for (double degrees = 0.0; degrees < 360.0; degrees += 45.0) {
      population.emplace_back(name);
      angle.push_back(degrees);
      const double base = name[0] == 'e' ? 2.0 : 6.0;
      rate.push_back(base *
                     (1.0 + 0.7 * std::pow(std::cos(degrees * std::numbers::pi / 180.0), 2)));
      sem.push_back(0.15 * base);
    }
  return table("tuning", {texts("population", population), numbers("direction", "deg", angle),
                          numbers("rate", "Hz", rate), numbers("rate_sem", "Hz", sem)});
}

}  // namespace

std::vector<Table> all_tables() {
  return {spikes(),  lgn_spikes(), layers(),    stimulus(), activity(), traces(),
          neurons(), currents(),   confusion(), weights(),  tuning()};
}

}  // namespace v1::figures::sample
