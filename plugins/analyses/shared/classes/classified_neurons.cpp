#include "plugins/analyses/shared/classes/classified_neurons.hpp"

namespace v1::analyses {

v1e_request classes_request(std::uint32_t dataset, const std::string& variable) {
  v1e_request request{};
  request.dataset = dataset;
  request.source = V1E_SRC_TABLE;
  request.variable = variable.c_str();
  return request;
}

ClassifiedNeurons classified_neurons(const v1e_chunk& chunk, const v1e_network& network,
                                     const std::string& run) {
  const auto column = [&](const char* name) {
    return v1e::find_column(chunk.columns, chunk.column_count, name);
  };
  ClassifiedNeurons out;
  out.word = v1e::texts(column("class"));
  const std::vector<double> position = v1e::numbers(column("neuron"));
  const std::vector<double> id = v1e::numbers(column("id"));
  if (out.word.empty() || position.size() != out.word.size() || id.size() != out.word.size()) {
    throw v1e::Error(V1E_E_INVALID, "classification",
                     "expected a table `neurons` with the columns neuron, id and class, found no "
                     "classes" +
                         (run.empty() ? "" : " of '" + run + "'") +
                         "; run the classification with classify = true");
  }
  for (std::size_t i = 0; i < position.size(); ++i) {
    const auto at = static_cast<std::int64_t>(position[i]);
    if (at < 0 || at >= network.neuron_count ||
        network.neuron_id[at] != static_cast<std::uint32_t>(id[i])) {
      throw v1e::Error(V1E_E_INVALID, "classification",
                       "the classified neuron " + std::to_string(at) + " is not a neuron of " +
                           (run.empty() ? "this run" : "'" + run + "'") +
                           "; expected a classification of the same network");
    }
    out.position.push_back(static_cast<std::uint32_t>(at));
  }
  return out;
}

}  // namespace v1::analyses
