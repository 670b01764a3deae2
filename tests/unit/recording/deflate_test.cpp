#include "engine/recording/deflate.hpp"

#include <gtest/gtest.h>

#include <random>

// Compiled twice: with the library that the engine uses, and with zlib, which it falls back to.
namespace v1::recording::test {
namespace {

using Bytes = std::vector<std::byte>;

// Noise in a share of the bytes, runs of equal ones elsewhere.
Bytes mixture(std::size_t count, double noise) {
  std::mt19937_64 random(count);
  std::bernoulli_distribution is_noise(noise);
  Bytes data(count);
  std::byte last{};
  for (std::byte& byte : data) {
    if (is_noise(random)) last = static_cast<std::byte>(random() & 0xFF);
    byte = last;
  }
  return data;
}

Bytes inflated(const Bytes& stream, std::size_t count) {
  Bytes data(count, std::byte{0xEE});
  EXPECT_TRUE(inflate(stream, data));
  return data;
}

TEST(Deflate, GivesBackWhatItTook) {
  for (const std::size_t count : {0u, 1u, 7u, 300u, 16383u, 65536u, 512000u, 3000000u}) {
    for (const double noise : {0.0, 0.02, 0.5, 1.0}) {
      const Bytes data = mixture(count, noise);
      EXPECT_EQ(inflated(deflate(data), count), data) << count << " bytes, noise " << noise;
    }
  }
}

TEST(Deflate, ShrinksRunsAndHardlyEnlargesNoise) {
  const std::size_t count = 512000;
  EXPECT_LT(deflate(mixture(count, 0.001)).size(), count / 50);
  EXPECT_LT(deflate(mixture(count, 1.0)).size(), count + count / 500);
}

TEST(Deflate, ADamagedStreamIsNoticed) {
  const Bytes data = mixture(20000, 0.3);
  const Bytes whole = deflate(data);
  Bytes out(data.size());
  Bytes shortened(whole.begin(), whole.end() - 5);
  EXPECT_FALSE(inflate(shortened, out));
  Bytes changed = whole;
  changed[changed.size() / 2] ^= std::byte{0x10};
  EXPECT_FALSE(inflate(changed, out));
  EXPECT_FALSE(inflate({}, out));
  Bytes larger(data.size() + 1), smaller(data.size() - 1);
  EXPECT_FALSE(inflate(whole, larger));
  EXPECT_FALSE(inflate(whole, smaller));
}

}  // namespace
}  // namespace v1::recording::test
