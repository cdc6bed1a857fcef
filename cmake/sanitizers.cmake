# POLYHOUSE_SANITIZE is what -fsanitize= takes, such as "address,undefined" or "thread"; empty means none.
set(POLYHOUSE_SANITIZE "" CACHE STRING "Sanitizers for everything but the engine")
add_library(polyhouse_sanitizers INTERFACE)
if(POLYHOUSE_SANITIZE)
  target_compile_options(polyhouse_sanitizers INTERFACE
    -fsanitize=${POLYHOUSE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(polyhouse_sanitizers INTERFACE -fsanitize=${POLYHOUSE_SANITIZE})
endif()

# What tests/fuzz feeds counts its branches for libFuzzer, which only clang has.
set(POLYHOUSE_FUZZ OFF)
if(POLYHOUSE_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(POLYHOUSE_FUZZ ON)
endif()

# polyhouse_fuzzed(targets…)
function(polyhouse_fuzzed)
  foreach(target IN LISTS ARGN)
    if(POLYHOUSE_FUZZ)
      # Without optimisation, ten times fewer inputs are tried.
      target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link -O1)
    endif()
  endforeach()
endfunction()
