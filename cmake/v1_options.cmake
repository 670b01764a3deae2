# Build options shared by all targets.
option(V1_BUILD_TESTS "Build the tests" ON)
option(V1_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" OFF)
set(V1_SANITIZE "" CACHE STRING "Comma-separated sanitizers, e.g. address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(V1_CCACHE ccache)
if(V1_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${V1_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${V1_CCACHE}")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

# -O2 everywhere; targets with hot loops ask for -O3 (v1_optimize).
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
function(v1_optimize target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O3>)
endfunction()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Bits are sacred: a product and a sum are fused only where the source says so.
add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-ffp-contract=off>)
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wall> $<$<COMPILE_LANGUAGE:CXX>:-Wextra>
                    $<$<COMPILE_LANGUAGE:CXX>:-Wshadow> $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms of GCC 12 inside its own std::string and std::variant.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>
                      $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>)
endif()
if(V1_WARNINGS_AS_ERRORS)
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-Werror>)
endif()
if(V1_SANITIZE)
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=${V1_SANITIZE}>
                      $<$<COMPILE_LANGUAGE:C,CXX>:-fno-omit-frame-pointer>
                      $<$<COMPILE_LANGUAGE:C,CXX>:-fno-sanitize-recover=all>)
  if(V1_SANITIZE MATCHES "undefined")
    # Checks of every pointer and member access: the address sanitizer sees bad ones as soon as
    # they are used, and without them a file compiles in two thirds of the time.
    add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-fno-sanitize=null,alignment,vptr,object-size>)
  endif()
  add_link_options(-fsanitize=${V1_SANITIZE})
endif()

set(V1_RUNTIME_DIR "${CMAKE_BINARY_DIR}/bin")
set(V1_PLUGIN_DIR "${CMAKE_BINARY_DIR}/lib/v1engine/plugins")
set(V1_EXAMPLES_DIR "${CMAKE_BINARY_DIR}/lib/v1engine/examples")
