#pragma once
#include <cstdint>

#include "engine/lgn/filter_bank.hpp"

/// The two inner loops of the filter bank. Vector lanes hold different frames, so every result is
/// one sum in one fixed order, whatever the width of the processor's registers.
namespace v1::lgn {

/// Frames that are filtered side by side.
inline constexpr int frame_lanes = 16;

enum class RegisterWidth { bits_128, bits_256, bits_512 };
/// Of the processor at hand.
RegisterWidth widest_registers();

/// Spatial response of `subunit` to 16 frames stored pixel by pixel: pixels[pixel][16].
void spatial_response(const Subunit& subunit, std::int32_t cols, const float* pixels,
                      double* response, RegisterWidth width = widest_registers());

/// out[t] = sum over lags of kernel[lag] drive[t - lag] for 0 <= t < count, a multiple of 32;
/// drive[-memory_ms] ... drive[count - 1] can be read.
void temporal_response(const Subunit& subunit, const double* drive, std::int64_t count, double* out,
                       RegisterWidth width = widest_registers());

}  // namespace v1::lgn
