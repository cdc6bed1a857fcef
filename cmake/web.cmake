# The page (web/), built by npm and embedded into the program: polyhouse_web_assets(VARIABLE) sets it to the C++ source.
option(POLYHOUSE_WEB "Build the page into the program; without it the address shows plain text" ON)
set(POLYHOUSE_WEB_DIST "" CACHE PATH "A folder that web/build.mjs has made, taken instead of building the page")
if(POLYHOUSE_WEB AND NOT POLYHOUSE_WEB_DIST)
  find_program(POLYHOUSE_NPM npm)
  find_program(POLYHOUSE_NODE node)
  if(NOT POLYHOUSE_NPM OR NOT POLYHOUSE_NODE)
    message(FATAL_ERROR "The page is built with npm and node, which are not here: install them (scripts/bootstrap does), or give a folder of "
                        "a release by -DPOLYHOUSE_WEB_DIST=DIR, or build without the page by -DPOLYHOUSE_WEB=OFF.")
  endif()
endif()

function(polyhouse_web_assets variable)
  set(${variable} ${CMAKE_CURRENT_BINARY_DIR}/web_assets.cpp PARENT_SCOPE)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/web_assets.cpp)
  if(NOT POLYHOUSE_WEB)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"serve/assets.h\"\n\nnamespace polyhouse {\n
std::span<const Asset> Assets() { return {}; }\n\n}  // namespace polyhouse\n")
    return()
  endif()
  set(dist ${POLYHOUSE_WEB_DIST})
  if(NOT dist)
    set(web ${PROJECT_SOURCE_DIR}/web)
    set(dist ${PROJECT_BINARY_DIR}/web)
    file(GLOB_RECURSE web_files CONFIGURE_DEPENDS ${web}/src/* ${web}/style/*)
    add_custom_command(
      OUTPUT ${web}/node_modules/.package-lock.json
      COMMAND ${POLYHOUSE_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
      COMMAND ${CMAKE_COMMAND} -E touch ${web}/node_modules/.package-lock.json
      DEPENDS ${web}/package.json ${web}/package-lock.json
      WORKING_DIRECTORY ${web}
      COMMENT "Installing what the page is built of")
    add_custom_command(
      OUTPUT ${dist}/manifest.json
      COMMAND ${POLYHOUSE_NODE} build.mjs --out ${dist}
      DEPENDS ${web}/node_modules/.package-lock.json ${web}/build.mjs ${web}/tsconfig.json ${web_files}
      WORKING_DIRECTORY ${web}
      COMMENT "Building the page")
  endif()
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DDIST=${dist} -DOUTPUT=${source} -P ${PROJECT_SOURCE_DIR}/cmake/embed_assets.cmake
    DEPENDS ${dist}/manifest.json ${PROJECT_SOURCE_DIR}/cmake/embed_assets.cmake)
endfunction()
