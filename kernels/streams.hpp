#pragma once
#include <cstdint>

/// First counter word of every random draw. Two uses never share a stream, so adding one never
/// moves the numbers of another. Numbers are part of the results: never renumber.
namespace v1::kernels::stream {

inline constexpr std::uint32_t lgn = 1;             // spikes of rate-driven sources
inline constexpr std::uint32_t background = 2;      // event counts of background sources
inline constexpr std::uint32_t stimulus = 3;        // what the engine draws for a stimulus
inline constexpr std::uint32_t lgn_parameters = 4;  // draws that make the filter bank
inline constexpr std::uint32_t selection = 5;       // random subsets of neurons

inline constexpr std::uint32_t generator_first = 16;  // stages of the network generator: 16..63
inline constexpr std::uint32_t analysis_first = 64;   // bootstraps, shuffles: 64..255
inline constexpr std::uint32_t plugin_first = 0xF0000000u;  // free for plugins, to the end

}  // namespace v1::kernels::stream
