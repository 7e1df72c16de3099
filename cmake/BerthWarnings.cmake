# Warnings and sanitizers as one interface target that our own targets link privately,
# so that neither leaks into a user's build.
add_library(berth_build_flags INTERFACE)

if(BERTH_DEVELOPER)
  target_compile_options(berth_build_flags INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
    -Wcast-align -Wimplicit-fallthrough -Werror)
  # Where files are merged, each looks like a header to this one.
  target_compile_options(berth_build_flags INTERFACE
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wno-subobject-linkage>)
endif()

if(BERTH_SANITIZE)
  target_compile_options(berth_build_flags INTERFACE
    -fsanitize=${BERTH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(berth_build_flags INTERFACE -fsanitize=${BERTH_SANITIZE})
  if(BERTH_SANITIZE MATCHES undefined)
    # The vptr check opens a pipe, and takes every object for a wrong one when no descriptor is
    # left: which is what a test provokes.
    target_compile_options(berth_build_flags INTERFACE -fno-sanitize=vptr)
  endif()
  # These passes of GCC misfire on instrumented code; the other builds keep them.
  target_compile_options(berth_build_flags INTERFACE
    -Wno-maybe-uninitialized -Wno-array-bounds -Wno-restrict
    -Wno-stringop-overread -Wno-stringop-overflow)
endif()

if(BERTH_COVERAGE)
  target_compile_options(berth_build_flags INTERFACE --coverage)
  target_link_options(berth_build_flags INTERFACE --coverage)
endif()
