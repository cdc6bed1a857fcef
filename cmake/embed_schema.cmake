# Writes OUTPUT, a C++ source with the text of every schema/*.sql, in the order of their names.
# Used as: cmake -DSCHEMA_DIR=… -DOUTPUT=… -P embed_schema.cmake
file(GLOB files LIST_DIRECTORIES false ${SCHEMA_DIR}/*.sql)
list(SORT files)
set(rows "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} sql)
  string(APPEND rows "    {\"${name}\", R\"__sql__(${sql})__sql__\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"schema/migration_files.h\"\n\n#include <array>\n\nnamespace polyhouse {\nnamespace {\n
constexpr auto kFiles = std::to_array<MigrationFile>({\n${rows}});\n\n}  // namespace\n
std::span<const MigrationFile> MigrationFiles() { return kFiles; }\n\n}  // namespace polyhouse\n")
