# Third-party libraries; each with the Debian package that provides it.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)                 # libfmt-dev
find_package(spdlog REQUIRED)              # libspdlog-dev
find_package(nlohmann_json REQUIRED)       # nlohmann-json3-dev
find_package(Eigen3 REQUIRED NO_MODULE)    # libeigen3-dev
find_package(Boost 1.74 REQUIRED COMPONENTS filesystem)  # libboost-dev libboost-filesystem-dev
find_package(HDF5 REQUIRED COMPONENTS C)   # libhdf5-dev
find_package(PNG REQUIRED)                 # libpng-dev
find_path(V1_TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)  # libtomlplusplus-dev
find_path(V1_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)           # libcli11-dev
find_path(V1_XXHASH_INCLUDE xxhash.h REQUIRED)             # libxxhash-dev

# Compiled once: as a header-only library it takes half of the time of every file that reads it.
add_library(v1_tomlplusplus STATIC "${CMAKE_SOURCE_DIR}/cmake/tomlplusplus.cpp")
target_include_directories(v1_tomlplusplus SYSTEM PUBLIC "${V1_TOMLPLUSPLUS_INCLUDE}")
target_compile_definitions(v1_tomlplusplus PUBLIC TOML_HEADER_ONLY=0)
add_library(v1_cli11 INTERFACE)
target_include_directories(v1_cli11 SYSTEM INTERFACE "${V1_CLI11_INCLUDE}")
add_library(v1_xxhash INTERFACE)
target_include_directories(v1_xxhash SYSTEM INTERFACE "${V1_XXHASH_INCLUDE}")
target_compile_definitions(v1_xxhash INTERFACE XXH_INLINE_ALL)
add_library(v1_hdf5 INTERFACE)
target_include_directories(v1_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(v1_hdf5 INTERFACE ${HDF5_C_LIBRARIES})
target_compile_definitions(v1_hdf5 INTERFACE ${HDF5_DEFINITIONS})

if(V1_BUILD_TESTS)
  find_package(GTest REQUIRED)             # libgtest-dev libgmock-dev
endif()
