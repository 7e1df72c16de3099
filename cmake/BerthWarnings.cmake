# Warnings, sanitizers and what backtraces need, as one interface target that our own targets link
# privately, so that none of it leaks into a user's build.
add_library(berth_build_flags INTERFACE)

if(BERTH_DEVELOPER)
  target_compile_options(berth_build_flags INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    -Wcast-align -Wimplicit-fallthrough)
  # Errors only with compilers that the tree is known to be clean with: each new one warns of more,
  # and whoever builds with it needs the program, not our opinion. --compile-no-warning-as-error
  # turns it off everywhere.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12
     AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
    set(CMAKE_COMPILE_WARNING_AS_ERROR ON)
  endif()
endif()
# GCC gives this one unasked, and where files are merged each looks like a header to it.
target_compile_options(berth_build_flags INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wno-subobject-linkage>)

# A call in the place of a return would take its function out of the backtraces of crashes.
target_compile_options(berth_build_flags INTERFACE -fno-optimize-sibling-calls)

if(BERTH_FUZZ)
  # This build is clang's, which checks what berth/detail/mutex.h says of locks.
  target_compile_options(berth_build_flags INTERFACE -Wthread-safety -Werror=thread-safety)
endif()

if(BERTH_SANITIZE)
  target_compile_options(berth_build_flags INTERFACE
    -fsanitize=${BERTH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(berth_build_flags INTERFACE -fsanitize=${BERTH_SANITIZE})
  # Clang leaves a sanitizer's functions in a library to the program that loads it, against -z defs.
  target_link_options(berth_build_flags INTERFACE
    $<$<AND:$<CXX_COMPILER_ID:Clang>,$<STREQUAL:$<TARGET_PROPERTY:TYPE>,MODULE_LIBRARY>>:-Wl,-z,undefs>)
  if(BERTH_SANITIZE MATCHES undefined)
    # The vptr check opens a pipe, and takes every object for a wrong one when no descriptor is
    # left: which is what a test provokes.
    target_compile_options(berth_build_flags INTERFACE -fno-sanitize=vptr)
  endif()
  # These passes of GCC misfire on instrumented code; the other builds keep them.
  target_compile_options(berth_build_flags INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-array-bounds -Wno-restrict
    -Wno-stringop-overread -Wno-stringop-overflow>)
endif()

if(BERTH_COVERAGE)
  target_compile_options(berth_build_flags INTERFACE --coverage)
  target_link_options(berth_build_flags INTERFACE --coverage)
endif()
