#pragma once
#include <vector>

#include "engine/simulate/step_loop.hpp"

namespace v1::simulate {

/// How many of `processors` threads should step a network of `neurons` so that a run whose samples
/// are stored as they are, without compression, ends soonest.
///
/// The recorder's thread copies samples to files. Where all processors step, each of its turns
/// takes one of them away, and the others wait at the next barrier; so a recorder with much to do
/// gets a processor of its own. With compression there is work for all processors either way.
unsigned step_threads(unsigned processors, const std::vector<Probe>& probes, std::size_t neurons);

}  // namespace v1::simulate
