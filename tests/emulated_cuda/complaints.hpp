#pragma once
#include <string>

namespace emulated {
void complain(std::string what);
}
