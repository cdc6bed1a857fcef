# Compiles through ccache when it is installed. It keeps what is compiled with precompiled headers only when it may overlook
# macros and times in them; what the headers say it sees all the same.
find_program(POLYHOUSE_CCACHE ccache)
mark_as_advanced(POLYHOUSE_CCACHE)
if(POLYHOUSE_CCACHE AND (NOT CMAKE_CXX_COMPILER_LAUNCHER OR CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache$"))
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${POLYHOUSE_CCACHE})
endif()
