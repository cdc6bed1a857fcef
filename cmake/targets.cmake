# polyhouse_library(NAME SOURCES a.cpp… [PUBLIC targets…] [PRIVATE targets…])
# One static library per folder; includes are written from src/.
function(polyhouse_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name}
    PUBLIC polyhouse_sanitizers ${ARG_PUBLIC}
    PRIVATE polyhouse_warnings ${ARG_PRIVATE})
  polyhouse_use_precompiled(${name})
endfunction()

# polyhouse_executable(NAME SOURCES a.cpp… [LINK targets…])
function(polyhouse_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE polyhouse_warnings polyhouse_sanitizers ${ARG_LINK})
  polyhouse_use_precompiled(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()

# polyhouse_embed_sql(OUTPUT FOLDER HEADER TYPE FUNCTION TARGET): OUTPUT, made by TARGET, gives the .sql files of FOLDER (embed_sql.cmake).
function(polyhouse_embed_sql output folder header type function target)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DSQL_DIR=${folder} -DOUTPUT=${output} -DHEADER=${header} -DTYPE=${type} -DFUNCTION=${function}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_sql.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_sql.cmake)
  add_custom_target(${target} DEPENDS ${output})
endfunction()
