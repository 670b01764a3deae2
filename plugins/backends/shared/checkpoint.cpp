#include "plugins/backends/shared/checkpoint.hpp"

namespace v1::backend {

std::int64_t saved_classes(const v1e::StateReader& reader, const RecordedClasses& classes) {
  const std::int64_t saved = reader.shape("input_ring").at(0);
  const bool summed = saved == current_classes && classes.class_count == 1;
  if (saved != classes.class_count && !summed) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "",
                     "the checkpoint does not tell current classes apart, but a probe records one");
  }
  return saved;
}

v1e::Error fed_elsewhere() {
  return v1e::Error(V1E_E_UNSUPPORTED, "",
                    "the checkpoint holds input to receptors that no synapse of this network "
                    "reaches; resume with the network it was written with");
}

}  // namespace v1::backend
