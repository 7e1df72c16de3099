# berth_add_plugin(NAME name [VERSION x.y.z] SOURCES file... [LINK target...])
#
# Builds name.so, a plugin that berthd can load. The flags are part of the contract:
#   plugin.map          only the descriptor is exported, so two plugins never share a symbol
#   -fno-gnu-unique     a unique symbol would keep the library mapped after dlclose; Clang makes none,
#                       and does not know the flag
#   -fstack-clash-protection  a frame larger than the guard of a fiber's stack cannot jump over it
#   -z defs, -z now     an unresolved symbol fails the build, or the load, never a live client; but
#                       for Clang with a sanitizer, whose functions the program that loads the
#                       library has: there it fails the load
set(BERTH_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

function(berth_add_plugin)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;VERSION" "SOURCES;LINK")
  if(NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "berth_add_plugin needs NAME and SOURCES: write "
      "berth_add_plugin(NAME name SOURCES file.cpp...)")
  endif()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "berth_add_plugin(NAME ${arg_NAME} ...) does not know "
      "\"${arg_UNPARSED_ARGUMENTS}\": it takes NAME, VERSION, SOURCES and LINK")
  endif()
  string(LENGTH "${arg_NAME}" length)
  if(NOT arg_NAME MATCHES "^[A-Za-z0-9][A-Za-z0-9_-]*$" OR length GREATER 31)
    message(FATAL_ERROR "berth_add_plugin: NAME \"${arg_NAME}\" is no name of a plugin: write up to "
      "31 letters, digits, _ and -")
  endif()
  if(NOT arg_VERSION)
    set(arg_VERSION ${PROJECT_VERSION})
  endif()
  if(NOT arg_VERSION)
    set(arg_VERSION 0.0.0)
  endif()
  # A target of its own name: "exec" and "test" would clash with the generators' targets.
  set(target ${arg_NAME}_plugin)

  add_library(${target} MODULE ${arg_SOURCES})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_definitions(${target} PRIVATE
    BERTH_PLUGIN_NAME="${arg_NAME}" BERTH_PLUGIN_VERSION="${arg_VERSION}")
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique> -fstack-clash-protection)
  set(unresolved defs)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  get_directory_property(options COMPILE_OPTIONS)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang"
     AND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} ${options}" MATCHES "-fsanitize=")
    set(unresolved undefs)
  endif()
  target_link_options(${target} PRIVATE -Wl,-z,${unresolved},-z,now -Wl,--version-script=${BERTH_PLUGIN_MAP})
  target_link_libraries(${target} PRIVATE berth::sdk ${arg_LINK})
  set_target_properties(${target} PROPERTIES
    LINK_DEPENDS ${BERTH_PLUGIN_MAP}
    PREFIX "" OUTPUT_NAME ${arg_NAME}
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if(BERTH_PLUGIN_OUTPUT_DIRECTORY)
    set_target_properties(${target} PROPERTIES
      LIBRARY_OUTPUT_DIRECTORY ${BERTH_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  if(TARGET berth_build_flags)
    target_link_libraries(${target} PRIVATE berth_build_flags)
  endif()
endfunction()
