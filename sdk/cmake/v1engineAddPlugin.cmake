# v1engine_add_plugin(gratings SOURCES plugin.cpp grating.cpp [LIBRARIES ...])
#
# Makes a module NAME.so, in C, C++ or any language with C functions, that exports only the entry
# symbol. Outside the engine's build it lies in the top of the build folder and has a test
# NAME_conforms (`v1engine plugins check`). Fast-math is refused: it would change rounding for the
# whole process, and results would depend on who loaded which plugin.
set(V1ENGINE_EXPORT_MAP "${CMAKE_CURRENT_LIST_DIR}/plugin.map")

# Stops when any flag of the target breaks IEEE arithmetic. Called at the end of the directory, so
# that options set after v1engine_add_plugin are seen.
function(v1engine_refuse_fast_math target)
  get_target_property(options ${target} COMPILE_OPTIONS)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  set(all "${options};${CMAKE_C_FLAGS};${CMAKE_CXX_FLAGS};${CMAKE_Fortran_FLAGS}")
  string(APPEND all ";${CMAKE_C_FLAGS_${type}};${CMAKE_CXX_FLAGS_${type}};${CMAKE_Fortran_FLAGS_${type}}")
  if(all MATCHES "-(ffast-math|Ofast|funsafe-math-optimizations|fassociative-math|freciprocal-math)")
    message(FATAL_ERROR "${target}: plugins are not built with ${CMAKE_MATCH_0}: it changes "
                        "rounding for the whole process; remove the flag")
  endif()
endfunction()

function(v1engine_add_plugin name)
  cmake_parse_arguments(PLUGIN "" "" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release PARENT_SCOPE)
  endif()
  add_library(plugin_${name} MODULE ${PLUGIN_SOURCES})
  set_target_properties(plugin_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} LINK_DEPENDS "${V1ENGINE_EXPORT_MAP}"
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON)
  target_link_libraries(plugin_${name} PRIVATE v1engine::sdk ${PLUGIN_LIBRARIES} m)
  target_link_options(plugin_${name} PRIVATE
    "LINKER:--version-script=${V1ENGINE_EXPORT_MAP}" "LINKER:--exclude-libs,ALL")
  if(NOT V1_SANITIZE)
    target_link_options(plugin_${name} PRIVATE "LINKER:-z,defs")
  endif()
  cmake_language(EVAL CODE
    "cmake_language(DEFER CALL v1engine_refuse_fast_math [[plugin_${name}]])")
  if(V1_PLUGIN_DIR)  # inside the engine's own build
    v1_precompile(plugin_${name} plugin)
    set_target_properties(plugin_${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${V1_PLUGIN_DIR}")
    if(TARGET v1_plugins)
      add_dependencies(v1_plugins plugin_${name})
      install(TARGETS plugin_${name} LIBRARY DESTINATION lib/v1engine/plugins)
    endif()
  else()
    # A product and a sum are fused only where the source says so.
    target_compile_options(plugin_${name} PRIVATE
      $<$<COMPILE_LANGUAGE:C,CXX,Fortran>:-ffp-contract=off>)
    set_target_properties(plugin_${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
    enable_testing()
    add_test(NAME ${name}_conforms
             COMMAND "${V1ENGINE_EXECUTABLE}" plugins check "$<TARGET_FILE:plugin_${name}>")
    install(TARGETS plugin_${name} LIBRARY DESTINATION lib/v1engine/plugins)
  endif()
endfunction()
