# One library per folder, and one test program per folder that has *_test.cpp files beside its code.
#   invar_layer(<name> [PUBLIC lib...] [PRIVATE lib...] [EXTRA file...] [WITHOUT folder...] [APART pattern,...])    sources are globbed below the current folder
# Tests in files that match a pattern of APART wait more than they work: they run as a ctest of their own, beside the others.
function(invar_layer name)
  cmake_parse_arguments(arg "" "APART" "PUBLIC;PRIVATE;EXTRA;WITHOUT;TEST" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  foreach(folder IN LISTS arg_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "^${folder}/")
  endforeach()
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(APPEND sources ${arg_EXTRA})
  if(sources)
    add_library(invar_${name} STATIC ${sources})
    target_include_directories(invar_${name} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(invar_${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  else()
    add_library(invar_${name} INTERFACE)
    target_include_directories(invar_${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(invar_${name} INTERFACE ${arg_PUBLIC} ${arg_PRIVATE})
  endif()
  if(INVAR_TESTS AND tests)
    add_executable(${name}_test ${tests} ${PROJECT_SOURCE_DIR}/tests/doctest_main.cpp)
    target_link_libraries(${name}_test PRIVATE invar_${name} ${arg_PRIVATE} ${arg_TEST})
    if(arg_APART)
      add_test(NAME ${name} COMMAND ${name}_test --source-file-exclude=${arg_APART})
      add_test(NAME ${name}_apart COMMAND ${name}_test --source-file=${arg_APART})
      set_tests_properties(${name} ${name}_apart PROPERTIES COST 500)
    else()
      add_test(NAME ${name} COMMAND ${name}_test)
    endif()
  endif()
endfunction()

# INVAR_<name>: a library to link, its archive where there is one: a shared library costs every start of the program more than its code.
#   invar_archive(<name> <library>...)    the first of these that has an archive, or else the first that there is
function(invar_archive name)
  set(archives ${ARGN})
  list(TRANSFORM archives PREPEND ${CMAKE_STATIC_LIBRARY_PREFIX})
  list(TRANSFORM archives APPEND ${CMAKE_STATIC_LIBRARY_SUFFIX})
  find_library(INVAR_${name} NAMES ${archives} ${ARGN} REQUIRED)
endfunction()

# What a static library calls in these shared ones is loaded with the first call (src/base/late_library.h), not with the program.
#   invar_late(<static library> <shared library file>...)
function(invar_late name)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(jumps ${CMAKE_CURRENT_BINARY_DIR}/${name}_late_jumps.cpp)
  set(script ${PROJECT_SOURCE_DIR}/tools/write_late_jumps.py)
  add_custom_command(
    OUTPUT ${jumps}
    COMMAND Python3::Interpreter ${script} ${CMAKE_NM} ${CMAKE_OBJDUMP} $<TARGET_FILE:${name}> ${jumps} ${ARGN}
    DEPENDS ${name} ${script})
  add_library(${name}_late STATIC ${jumps})
  target_link_libraries(${name}_late PRIVATE invar_base)
  target_link_libraries(${name} INTERFACE $<BUILD_INTERFACE:${name}_late>)
endfunction()
