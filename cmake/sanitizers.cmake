# POLYHOUSE_SANITIZE is what -fsanitize= takes, such as "address,undefined" or "thread"; empty means none.
set(POLYHOUSE_SANITIZE "" CACHE STRING "Sanitizers for everything but the engine")
add_library(polyhouse_sanitizers INTERFACE)
if(POLYHOUSE_SANITIZE)
  target_compile_options(polyhouse_sanitizers INTERFACE
    -fsanitize=${POLYHOUSE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(polyhouse_sanitizers INTERFACE -fsanitize=${POLYHOUSE_SANITIZE})
endif()
