# Writes a .cpp that lists one symbol per defining file, so that adding a component, stage, function, lint rule or command is
# adding a file. The namespace of a file is its path below ROOT joined by `_`: loki/source/file/component.cpp -> loki_source_file.
#   invar_index(<out> <root> <header> <type> <symbol> <function> <file>...)
function(invar_index out root header type symbol function)
  set(declared "")
  set(listed "")
  foreach(file IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH file)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${root} OUTPUT_VARIABLE space)
    string(REGEX REPLACE "(/component)?\\.cpp$" "" space ${space})
    string(REPLACE "/" "_" space ${space})
    string(APPEND declared "namespace invar::${space} { extern const ${type} ${symbol}; }\n")
    string(APPEND listed "    &${space}::${symbol},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${out} CONTENT "// Written by cmake/index.cmake.\n#include \"${header}\"\n${declared}namespace invar {
std::span<const ${type}* const> ${function}() {\n  static constexpr const ${type}* kAll[] = {\n${listed}  };\n  return kAll;\n}\n}  // namespace invar\n" @ONLY)
endfunction()
