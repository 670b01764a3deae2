#include "plugins/backends/cpu/instance/instance_advance.hpp"
#include "plugins/backends/cpu/instance/instance_checkpoint.hpp"
#include "plugins/backends/cpu/instance/instance_create.hpp"
#include "plugins/backends/cpu/instance/instance_observe.hpp"
#include "plugins/backends/cpu/instance/instance_sample.hpp"

namespace v1::cpu {

template class InstanceOf<double, std::int32_t>;
template class InstanceOf<double, std::int64_t>;

}  // namespace v1::cpu
