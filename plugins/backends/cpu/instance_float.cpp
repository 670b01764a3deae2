#include "plugins/backends/cpu/instance_advance.hpp"
#include "plugins/backends/cpu/instance_checkpoint.hpp"
#include "plugins/backends/cpu/instance_create.hpp"
#include "plugins/backends/cpu/instance_observe.hpp"
#include "plugins/backends/cpu/instance_sample.hpp"

namespace v1::cpu {

template class InstanceOf<float, std::int32_t>;
template class InstanceOf<float, std::int64_t>;

}  // namespace v1::cpu
