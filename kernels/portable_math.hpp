#pragma once

/// Elementary functions in double precision whose bits do not depend on the machine, the compiler
/// or the C library: portable_exp, portable_expm1, portable_log, portable_log1p,
/// portable_sqrt, portable_sin, portable_cos, portable_tan, portable_atan, portable_erfinv,
/// portable_normal. Only + - * / and square roots, correctly rounded by IEEE 754.
/// Measured against long double or multiprecision references in
/// tests/unit/kernels/portable_math_test.cpp, which also states the accuracy of each.
#include "kernels/portable_erfinv.hpp"   // IWYU pragma: export
#include "kernels/portable_exp_log.hpp"  // IWYU pragma: export
#include "kernels/portable_trig.hpp"     // IWYU pragma: export
