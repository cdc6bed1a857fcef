# Writes OUTPUT, a C++ source whose FUNCTION gives the text of every SQL_DIR/*.sql as TYPE (of HEADER), in the order of their names.
# Used as: cmake -DSQL_DIR=… -DOUTPUT=… -DHEADER=… -DTYPE=… -DFUNCTION=… -P embed_sql.cmake
file(GLOB files LIST_DIRECTORIES false ${SQL_DIR}/*.sql)
list(SORT files)
set(rows "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} sql)
  string(APPEND rows "    {\"${name}\", R\"__sql__(${sql})__sql__\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"${HEADER}\"\n\n#include <array>\n\nnamespace polyhouse {\nnamespace {\n
constexpr auto kFiles = std::to_array<${TYPE}>({\n${rows}});\n\n}  // namespace\n
std::span<const ${TYPE}> ${FUNCTION}() { return kFiles; }\n\n}  // namespace polyhouse\n")
