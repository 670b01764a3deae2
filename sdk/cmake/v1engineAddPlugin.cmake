# v1engine_add_plugin(gratings SOURCES plugin.cpp grating.cpp [LIBRARIES ...])
#
# Makes a module NAME.so that exports only the entry symbol, placed where the engine
# of this build looks for plugins.
set(V1ENGINE_EXPORT_MAP "${CMAKE_CURRENT_LIST_DIR}/plugin.map")
function(v1engine_add_plugin name)
  cmake_parse_arguments(PLUGIN "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(plugin_${name} MODULE ${PLUGIN_SOURCES})
  set_target_properties(plugin_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS "${V1ENGINE_EXPORT_MAP}")
  if(V1_PLUGIN_DIR)  # inside the engine's own build
    target_precompile_headers(plugin_${name} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp")
    set_target_properties(plugin_${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${V1_PLUGIN_DIR}")
  endif()
  target_link_libraries(plugin_${name} PRIVATE v1_sdk ${PLUGIN_LIBRARIES})
  target_link_options(plugin_${name} PRIVATE
    "LINKER:--version-script=${V1ENGINE_EXPORT_MAP}" "LINKER:--exclude-libs,ALL")
  if(NOT V1_SANITIZE)
    target_link_options(plugin_${name} PRIVATE "LINKER:-z,defs")
  endif()
  if(TARGET v1_plugins)
    add_dependencies(v1_plugins plugin_${name})
  endif()
  install(TARGETS plugin_${name} LIBRARY DESTINATION lib/v1engine/plugins)
endfunction()
