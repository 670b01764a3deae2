# find_package(v1engine-sdk 1.0 CONFIG): the target v1engine::sdk (headers of plugin_api, sdk and
# kernels), the function v1engine_add_plugin and the variable V1ENGINE_EXECUTABLE.
get_filename_component(_v1engine_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET v1engine::sdk)
  add_library(v1engine::sdk INTERFACE IMPORTED)
  set_target_properties(v1engine::sdk PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_v1engine_prefix}/include/v1engine-sdk")
endif()
set(V1ENGINE_EXECUTABLE "${_v1engine_prefix}/bin/v1engine")
include("${CMAKE_CURRENT_LIST_DIR}/v1engineAddPlugin.cmake")
