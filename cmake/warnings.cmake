# Warnings for our own code only: linked PRIVATE, so users of a target and its libraries are spared.
option(POLYHOUSE_WERROR "Treat warnings as errors" OFF)
add_library(polyhouse_warnings INTERFACE)
target_compile_options(polyhouse_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum
  # Options structs are filled by designated initialisers; what is left out keeps its default on purpose.
  -Wno-missing-field-initializers
  $<$<BOOL:${POLYHOUSE_WERROR}>:-Werror>)
