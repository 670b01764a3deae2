# v1_precompile(TARGET engine|plugin|test)
#
# Headers that many files read are precompiled once for all targets of a kind, not once per target:
# there are fifty targets, and each would spend five seconds on it.
function(v1_precompile target kind)
  get_target_property(sources ${target} SOURCES)
  if(sources MATCHES "\\.(c|f90)(;|$)")
    return()  # the headers are C++
  endif()
  set(owner v1_${kind}_headers)
  if(NOT TARGET ${owner})
    file(WRITE "${CMAKE_BINARY_DIR}/${owner}.cpp" "")
    add_library(${owner} OBJECT "${CMAKE_BINARY_DIR}/${owner}.cpp")
    set(headers "${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp")
    if(kind STREQUAL engine)
      target_link_libraries(${owner} PRIVATE fmt::fmt nlohmann_json::nlohmann_json v1_tomlplusplus)
      list(APPEND headers <fmt/format.h> <nlohmann/json.hpp> <toml++/toml.h>)
    elseif(kind STREQUAL test)
      target_link_libraries(${owner} PRIVATE fmt::fmt GTest::gmock)
      target_compile_options(${owner} PRIVATE $<$<CONFIG:Release>:-O1>)
      v1_leave_test_code_plain(${owner})
      set_target_properties(${owner} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      list(APPEND headers <fmt/format.h> <gmock/gmock.h> <gtest/gtest.h>)
    endif()
    target_precompile_headers(${owner} PRIVATE ${headers})
  endif()
  if(kind STREQUAL engine)
    target_compile_definitions(${target} PRIVATE TOML_HEADER_ONLY=0)  # as the headers
    get_target_property(type ${target} TYPE)
    if(type STREQUAL EXECUTABLE)  # -fPIC instead of -fPIE, as the headers
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${target} PRIVATE -fPIC)
    endif()
  elseif(kind STREQUAL test)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)  # as the headers
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()
