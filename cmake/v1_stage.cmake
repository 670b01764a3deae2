include(GoogleTest)
include(v1_precompiled)

# v1_add_stage(network SOURCES a.cpp DEPENDS config LIBRARIES v1_hdf5)
#
# One static library per folder of engine/. DEPENDS names earlier stages only;
# scripts/check_includes.py (run as a test) holds #include lines to the same order.
function(v1_add_stage name)
  cmake_parse_arguments(STAGE "" "" "SOURCES;DEPENDS;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  add_library(v1_${name} STATIC ${STAGE_SOURCES})
  target_include_directories(v1_${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  foreach(stage IN LISTS STAGE_DEPENDS)
    target_link_libraries(v1_${name} PUBLIC v1_${stage})
  endforeach()
  target_link_libraries(v1_${name} PUBLIC ${STAGE_LIBRARIES} PRIVATE ${STAGE_PRIVATE_LIBRARIES})
  v1_precompile(v1_${name} engine)
endfunction()

# v1_add_test(test_name SOURCES a_test.cpp LIBRARIES v1_network LABEL unit)
function(v1_add_test name)
  cmake_parse_arguments(TEST "" "LABEL" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT TEST_LABEL)
    set(TEST_LABEL unit)
  endif()
  add_executable(${name} ${TEST_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_compile_definitions(${name} PRIVATE
    V1_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data" V1_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    V1_BINARY="${V1_RUNTIME_DIR}/v1engine" V1_PLUGIN_DIR="${V1_PLUGIN_DIR}")
  target_link_libraries(${name} PRIVATE ${TEST_LIBRARIES} fmt::fmt GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)  # tests of several files have equal names
  v1_leave_test_code_plain(${name})
  v1_precompile(${name} test)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${TEST_LABEL})
endfunction()

# Sanitizers look at the code under test; leaving the test code itself as it is saves a quarter of
# the time that such a build takes. (Allocations are watched in either.)
function(v1_leave_test_code_plain target)
  if(V1_SANITIZE)
    target_compile_options(${target} PRIVATE -fno-sanitize=all)
    target_compile_definitions(${target} PRIVATE V1_SANITIZED)  # the code under test is
  endif()
endfunction()
