# Headers that nearly every file includes, compiled once. A compiler takes them only for files with its options: there is
# one target of them for each set of options. A file still includes what it uses: .ci/run builds without them, too.

# What the standard library has that is used nearly everywhere, and what it all stands on.
set(POLYHOUSE_COMMON_HEADERS
  <algorithm> <array> <charconv> <chrono> <condition_variable> <cstdint> <cstdio> <filesystem> <functional> <map> <memory>
  <mutex> <optional> <set> <span> <stop_token> <string> <string_view> <thread> <utility> <variant> <vector>
  <tl/expected.hpp>)

# polyhouse_precompiled(NAME [HEADERS <more.h>…] [LINK targets…])
# The common headers and some more, for the targets of this folder and those below it.
macro(polyhouse_precompiled name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LINK" ${ARGN})
  add_library(${name} STATIC ${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp)
  # The warnings, because with -Wpedantic the compiler itself defines other macros.
  target_link_libraries(${name} PRIVATE polyhouse_warnings polyhouse_sanitizers tl::expected ${ARG_LINK})
  target_precompile_headers(${name} PRIVATE ${POLYHOUSE_COMMON_HEADERS} ${ARG_HEADERS})
  set(POLYHOUSE_PRECOMPILED ${name})
endmacro()

# polyhouse_slow_to_compile(SOURCES…)
# With little optimisation, for sources whose library is large and which run once: options other than those of the headers.
# Not without: the copies of std::string's functions in such an object would serve the whole program.
function(polyhouse_slow_to_compile)
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -O1 SKIP_PRECOMPILE_HEADERS ON)
endfunction()

function(polyhouse_use_precompiled target)
  target_precompile_headers(${target} REUSE_FROM ${POLYHOUSE_PRECOMPILED})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    # For ccache, which asks the preprocessor what a file is made of. And GCC 12 takes what it inlines from precompiled
    # headers of the system for ours, so that its known false alarms about std::string (GCC bug 105651 and kin) show up.
    target_compile_options(${target} PRIVATE -fpch-preprocess
      -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
endfunction()
